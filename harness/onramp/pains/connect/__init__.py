"""Reaching the host at all."""

# what shells and perl say of a locale that is not there
LOCALE = r"setlocale: LC_|Setting locale failed|Please check that your locale settings"
