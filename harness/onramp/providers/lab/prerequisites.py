"""What the lab needs of the machine it runs on, and putting it there."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from onramp import PROGRAM
from onramp.errors import HarnessError
from onramp.providers.lab import locks, subprocesses

# program -> the Debian package that brings it
NEEDED = {
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "ip": "iproute2",
    "iptables": "iptables",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "gpg": "gnupg",
    "dpkg-deb": "dpkg",
    "apt-ftparchive": "apt-utils",
    "umoci": "umoci",
    "skopeo": "skopeo",
    "openssl": "openssl",
    "setpriv": "util-linux",
    "mount": "mount",
}

# What the tests need besides: an sshd of their own, login shells, a jump without ssh.
TESTING = {
    "sshd": "openssh-server",
    "nc": "netcat-openbsd",
    "fish": "fish",
    "csh": "tcsh",
    "curl": "curl",
}

# What the tests of the pages need: a browser, and one font for it to write with.
_BROWSER = {"chromium": "chromium"}
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

# Other members of the family lack the keys that Debian's archive is signed with.
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

OWN_HOSTS = f"use hosts of your own instead: {PROGRAM} evaluate --hosts=user@address"


def require(*, testing: bool = False) -> None:
    """Make sure the lab can work: root, and its programs installed; `testing`: its tests, too.

    Raises HarnessError that names the one command to run, or how to do without the lab.
    """
    needed = {**NEEDED, **TESTING} if testing else NEEDED
    packages = sorted({needed[program] for program in subprocesses.missing(list(needed))})
    packages += [] if _KEYRING.exists() else ["debian-archive-keyring"]
    debian = Path("/etc/debian_version").exists()
    if os.geteuid() == 0 and not packages:
        return
    if not debian:
        raise HarnessError(
            brief="the lab boots its hosts on Debian-family machines only",
            resolution=OWN_HOSTS,
        )
    if os.geteuid() != 0:
        raise HarnessError(
            brief="the lab needs root: it makes namespaces, mounts and a bridge",
            resolution=f"run the same command with sudo, or {OWN_HOSTS}",
        )
    _install(packages)


def provide(programs: Mapping[str, str]) -> None:
    """Install what of {program: Debian package} is missing, for images that need more than most.

    Raises HarnessError with the one command to run when it cannot be.
    """
    packages = sorted({programs[program] for program in subprocesses.missing(list(programs))})
    if packages:
        _install(packages)


def require_browser() -> None:
    """Make sure there is Chromium, and a font.

    Raises HarnessError that names the one command to run.
    """
    packages = [_BROWSER[program] for program in subprocesses.missing(list(_BROWSER))]
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        packages += [] if _FONT.exists() else ["fonts-dejavu-core"]
        if packages:
            _install(packages)
    elif packages:
        raise HarnessError(
            brief="the tests of the pages need Chromium",
            resolution=f"sudo apt-get install {' '.join(packages)}; or --only=unit,transcripts",
        )


def _install(packages: list[str]) -> None:
    names = " ".join(packages)
    print(f"installing for the lab: {names}", file=sys.stderr, flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with locks.locked(Path("/run/onramp/packages.lock"), timeout_s=1200):
        try:
            subprocesses.run(["apt-get", "update", "-q"], timeout_s=300, env=quiet)
            subprocesses.run(
                ["apt-get", "install", "-y", "-q", "--no-install-recommends",
                 "-o", "DPkg::Lock::Timeout=300", *packages],
                timeout_s=900,
                env=quiet,
            )  # fmt: skip
        except HarnessError as error:
            raise HarnessError(
                brief="the system packages the lab needs could not be installed",
                details=error.details,
                resolution=f"sudo apt-get install {names}; or {OWN_HOSTS}",
            ) from error
