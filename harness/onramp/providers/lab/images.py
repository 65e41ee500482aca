"""The operating systems the lab can boot: one row each, so that adding one is adding a row."""

from dataclasses import dataclass
from typing import Literal

Init = Literal["systemd", "sysvinit"]

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

    None of them pulls in Python: a clean host has none, and the harness must cope with that.
    """

    name: str
    suite: str
    init: Init
    packages: tuple[str, ...]


_ROWS = (
    Image("debian-11", "bullseye", "systemd", COMMON + SYSTEMD),
    Image("debian-12", "bookworm", "systemd", COMMON + SYSTEMD),
    Image("debian-13", "trixie", "systemd", COMMON + SYSTEMD),
    Image("debian-12-sysv", "bookworm", "sysvinit", COMMON + SYSVINIT),
)

IMAGES: dict[str, Image] = {row.name: row for row in _ROWS}
