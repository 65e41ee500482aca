"""The operating systems the lab can boot: one row each, so that adding one is adding a row."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

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
RPM = ("iptables", "nftables", "gzip", "xz-utils", "mount", "rpm")
RED_HAT = (*RPM, "uidmap", "dbus-user-session", "slirp4netns", "fuse-overlayfs")


class Image(Struct, frozen=True):
    """One bootable system: suite or release, init, and the packages a small cloud image has.

    None of Debian's pulls in Python: a clean host has none, and the harness must cope with that.
    `os_release` makes it go by another system's name; `synthetic` then says what is what.
    `real_userland` says of a system that is not Debian, and is real, what in it is not its own.
    `typical`: it stands for its system where one of each is meant (`lab:all`).
    `repositories` are files that say where the system gets its packages: {path: text}, `{mirror}`
    in it is the lab's mirror's address, filled in when a host boots.
    """

    name: str
    suite: str
    init: Init
    packages: tuple[str, ...]
    os_release: str = ""
    synthetic: str = ""
    real_userland: str = ""
    family: str = "debian"
    typical: bool = False
    repositories: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """What of it is not what it goes by, in a few words; nothing where all is."""
        if self.synthetic:
            return f"synthetic: {self.synthetic}"
        return f"real userland: {self.real_userland}" if self.real_userland else ""


_UBUNTU = """PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
"""

_APK = """{mirror}/alpine/v3.23/main
{mirror}/alpine/v3.23/community
"""

_FEDORA = """NAME="Fedora Linux"
VERSION="42 (Adams)"
RELEASE_TYPE=stable
ID=fedora
VERSION_ID=42
VERSION_CODENAME=""
PLATFORM_ID="platform:f42"
PRETTY_NAME="Fedora Linux 42 (Adams)"
CPE_NAME="cpe:/o:fedoraproject:fedora:42"
HOME_URL="https://fedoraproject.org/"
"""

_FEDORA_REPOSITORIES = {
    f"etc/yum.repos.d/{file}.repo": f"""[{name}]
name=Fedora $releasever - $basearch - {name}
baseurl={{mirror}}/fedora/{path}
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-$releasever-$basearch
skip_if_unavailable=False
"""
    for file, name, path in (
        ("fedora", "fedora", "releases/$releasever/Everything/$basearch/os/"),
        ("fedora-updates", "updates", "updates/$releasever/Everything/$basearch/"),
    )
}

_CENTOS = """NAME="CentOS Stream"
VERSION="9"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="9"
PLATFORM_ID="platform:el9"
PRETTY_NAME="CentOS Stream 9"
CPE_NAME="cpe:/o:centos:centos:9"
HOME_URL="https://centos.org/"
"""

_CENTOS_REPOSITORIES = {
    "etc/yum.repos.d/centos.repo": "\n".join(
        f"""[{name.lower()}]
name=CentOS Stream $releasever - {name}
baseurl={{mirror}}/centos-stream/$stream/{name}/$basearch/os/
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial
"""
        for name in ("BaseOS", "AppStream")
    )
}

_TUMBLEWEED = """NAME="openSUSE Tumbleweed"
# VERSION="20261020"
ID="opensuse-tumbleweed"
ID_LIKE="opensuse suse"
VERSION_ID="20261020"
PRETTY_NAME="openSUSE Tumbleweed"
CPE_NAME="cpe:/o:opensuse:tumbleweed:20261020"
HOME_URL="https://www.opensuse.org/"
"""

_TUMBLEWEED_REPOSITORIES = {
    "etc/zypp/repos.d/repo-oss.repo": """[repo-oss]
name=Main Repository (OSS)
enabled=1
autorefresh=1
baseurl={mirror}/opensuse/tumbleweed/repo/oss/
path=/
keeppackages=0
"""
}

_ARCH = """NAME="Arch Linux"
PRETTY_NAME="Arch Linux"
ID=arch
BUILD_ID=rolling
ANSI_COLOR="38;2;23;147;209"
HOME_URL="https://archlinux.org/"
DOCUMENTATION_URL="https://wiki.archlinux.org/"
SUPPORT_URL="https://bbs.archlinux.org/"
BUG_REPORT_URL="https://gitlab.archlinux.org/groups/archlinux/-/issues"
LOGO=archlinux-logo
"""


_ROWS = (
    Image("debian-11", "bullseye", "systemd", COMMON + SYSTEMD),
    Image("debian-12", "bookworm", "systemd", COMMON + SYSTEMD),
    Image("debian-13", "trixie", "systemd", COMMON + SYSTEMD, typical=True),
    Image("debian-12-sysv", "bookworm", "sysvinit", COMMON + SYSVINIT),
    Image("debian-sid", "sid", "systemd", COMMON + SYSTEMD),
    Image("debian-13-sudo-rs", "trixie", "systemd", COMMON + SYSTEMD + ("sudo-rs",)),
    Image(
        "ubuntu-like",
        "trixie",
        "systemd",
        COMMON + SYSTEMD,
        _UBUNTU,
        "Ubuntu 24.04's name and Docker's packages for it, on Debian 13's userland and archive",
        typical=True,
    ),  # fmt: skip
    Image(
        "alpine-3.23",
        "v3.23",
        "openrc",
        (),
        real_userland="Alpine's own apk, OpenRC, busybox and musl; sshd, iptables and the engine "
        "are Debian's binaries, with glibc beside",
        family="alpine",
        typical=True,
        repositories={"etc/apk/repositories": _APK},
    ),
    Image(
        "fedora-like",
        "sid",
        "systemd",
        COMMON + SYSTEMD + RED_HAT + ("dnf5",),
        _FEDORA,
        "Fedora 42's name, presets and package manager (dnf5), on Debian unstable's userland",
        family="fedora",
        typical=True,
        repositories=_FEDORA_REPOSITORIES,
    ),
    Image(
        "rhel-like",
        "trixie",
        "systemd",
        COMMON + SYSTEMD + RED_HAT + ("dnf",),
        _CENTOS,
        "CentOS Stream 9's name, presets and package manager (dnf 4), on Debian 13's userland",
        family="rhel",
        typical=True,
        repositories=_CENTOS_REPOSITORIES,
    ),
    Image(
        "suse-like",
        "sid",
        "systemd",
        COMMON + SYSTEMD + RPM + ("zypper",),
        _TUMBLEWEED,
        "openSUSE Tumbleweed's name, presets and package manager (zypper), on Debian unstable's "
        "userland",
        family="suse",
        typical=True,
        repositories=_TUMBLEWEED_REPOSITORIES,
    ),
    Image(
        "arch-like",
        "sid",
        "systemd",
        (*COMMON, *SYSTEMD, "gnupg", "iptables", "mount", "pacman-package-manager", "xz-utils"),
        _ARCH,
        "Arch's name and package manager, on Debian unstable's userland",
        family="arch",
        typical=True,
        repositories={"etc/pacman.d/mirrorlist": "Server = {mirror}/archlinux/$repo/os/$arch\n"},
    ),
)

IMAGES: dict[str, Image] = {row.name: row for row in _ROWS}

TYPICAL: tuple[str, ...] = tuple(row.name for row in _ROWS if row.typical)
