"""Debian packages of other suites than this machine's, fetched without touching its apt set-up.

apt is pointed at a directory of its own; signatures are checked as always.
"""

from collections.abc import Sequence
from pathlib import Path

from onramp.providers.lab import apt_sources, subprocesses

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def download(packages: Sequence[str], suites: Sequence[str], into: Path) -> dict[str, Path]:
    """Fetch packages named `name/suite` into a directory: {name: .deb}.

    Raises HarnessError with apt's words when one cannot be had.
    """
    apt = into / ".apt"
    options = [*_private(apt, suites), *apt_sources.as_flags(apt_sources.apt_options())]
    subprocesses.run_build(["apt-get", *options, "update", "-q"], timeout_s=300)
    subprocesses.run_build(["apt-get", *options, "download", "-q", *packages], cwd=into)
    subprocesses.remove_tree(apt)
    names = [package.partition("/")[0] for package in packages]
    return {name: next(into.glob(f"{name}_*.deb")) for name in names}


def _private(apt: Path, suites: Sequence[str]) -> list[str]:
    """Make an apt root that knows only these suites; returns the options that select it."""
    for folder in ("etc/apt.conf.d", "etc/preferences.d", "lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    archive = apt_sources.read_archive()
    lines = [line for suite in suites for line in archive.lines(suite, extra_suites=False)]
    signed = f"deb [signed-by={_KEYRING}] "
    (apt / "etc/sources.list").write_text("\n".join(lines).replace("deb ", signed) + "\n")
    return [
        f"-oDir::Etc={apt / 'etc'}",
        f"-oDir::State={apt}",
        f"-oDir::State::status={apt / 'status'}",
        f"-oDir::Cache={apt}",
        "-oAcquire::Languages=none",
        "-oAPT::Sandbox::User=root",
    ]
