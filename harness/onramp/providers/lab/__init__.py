"""Clean Linux hosts on this machine, and a mirror of what Docker's documentation downloads.

`onramp.providers.lab.embedded_lab.Lab` is the door; everything else here stands behind it.
"""
