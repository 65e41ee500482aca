"""The operating systems the lab can boot: one row each, so that adding one is adding a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Init = Literal["systemd", "sysvinit", "openrc"]

COMMON = (
    "ca-certificates",
    "curl",
    "dbus",
    "iproute2",
    "kmod",
    "netbase",
    "openssh-server",
    "passwd",
    "procps",
    "sudo",
)
SYSTEMD = ("systemd-sysv", "libpam-systemd")
SYSVINIT = ("sysvinit-core", "elogind", "libpam-elogind")


@dataclass(frozen=True)
class Image:
    """One bootable system: a Debian suite, its init, and the packages a small cloud image has.

    None of Debian's pulls in Python: a clean host has none, and the harness must cope with that.
    `os_release` makes it go by another system's name; `synthetic` then says what is what.
    `repositories` are files that say where the system gets its packages: {path: text}, `{mirror}`
    in it is the lab's mirror's address, filled in when a host boots.
    """

    name: str
    suite: str
    init: Init
    packages: tuple[str, ...]
    os_release: str = ""
    synthetic: str = ""
    family: str = "debian"
    repositories: Mapping[str, str] = field(default_factory=dict)


_UBUNTU = """PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
"""


_ROWS = (
    Image("debian-11", "bullseye", "systemd", COMMON + SYSTEMD),
    Image("debian-12", "bookworm", "systemd", COMMON + SYSTEMD),
    Image("debian-13", "trixie", "systemd", COMMON + SYSTEMD),
    Image("debian-12-sysv", "bookworm", "sysvinit", COMMON + SYSVINIT),
    Image("debian-sid", "sid", "systemd", COMMON + SYSTEMD),
    Image(
        "ubuntu-like",
        "trixie",
        "systemd",
        COMMON + SYSTEMD,
        _UBUNTU,
        "Ubuntu 24.04's name and Docker's packages for it, on Debian 13's userland and archive",
    ),  # fmt: skip
)

IMAGES: dict[str, Image] = {row.name: row for row in _ROWS}
