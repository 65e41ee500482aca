"""How each package manager is spoken to: one value each.

Every form answers its own questions: nobody is at the keyboard.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from onramp.journey.paths import APT_KEYRINGS, DOCKER_KEY, DOCKER_SOURCES, YUM_REPOSITORY
from onramp.model.platform import Fetch, PackageManager, Run, VendorRepository, Write

# https://docs.docker.com/engine/install/debian/#install-using-the-repository
_DOCKER_APT: Final = VendorRepository(
    prerequisites=("ca-certificates", "curl"),
    set_up=(
        Run(f"install -m 0755 -d {APT_KEYRINGS}"),
        Fetch("{url}/gpg", DOCKER_KEY),
        Run(f"chmod a+r {DOCKER_KEY}"),
        Write(
            DOCKER_SOURCES,
            "Types: deb\nURIs: {url}\nSuites: {codename}\nComponents: {channel}\n"
            f"Architectures: {{arch}}\nSigned-By: {DOCKER_KEY}",
        ),
    ),
    documented=(
        f"sudo install -m 0755 -d {APT_KEYRINGS}",
        f"sudo curl -fsSL {{url}}/gpg -o {DOCKER_KEY}",
        f"sudo chmod a+r {DOCKER_KEY}",
        f"sudo tee {DOCKER_SOURCES}",
    ),
    files=(DOCKER_SOURCES, DOCKER_KEY),
    pinned="{package}=5:{version}-*",  # 5:<version>-1~<os>.<release>~<codename>
)

APT: Final = PackageManager(
    name="apt",
    program="dpkg-query",
    refresh="apt-get update",
    install="apt-get install -y {packages}",
    remove="apt-get remove -y {packages}",
    purge="apt-get purge -y {packages}",
    installed="dpkg-query -W -f '${{db:Status-Abbrev}}${{Package}} ${{Version}}\\n' {packages} "
    "2>/dev/null | sed -n 's/^ii *//p'",
    installed_shown="dpkg --get-selections {packages}",
    documented_refresh=("sudo apt update",),
    documented_install="sudo apt install {packages}",
    documented_purge="sudo apt purge {packages}",
    env={"DEBIAN_FRONTEND": "noninteractive"},  # debconf(7): no dialogs over SSH
    vendor=_DOCKER_APT,
)

# Fedora's page is written for dnf5, whose config-manager speaks another language than dnf 4's:
# https://docs.docker.com/engine/install/fedora/#install-using-the-rpm-repository
_DNF5_ADD: Final = "dnf config-manager addrepo --overwrite --from-repofile={url}/docker-ce.repo"
_DNF4_ADD: Final = "dnf config-manager --add-repo {url}/docker-ce.repo"


def _docker_rpm(add: str) -> VendorRepository:
    """The .repo file names Docker's key, which dnf asks about when it installs."""
    return VendorRepository(
        prerequisites=("dnf-plugins-core",),
        documented_prerequisites="sudo dnf -y install {packages}",
        set_up=(Run(add),),
        documented=(f"sudo {add}",),
        files=(YUM_REPOSITORY,),
        pinned="{package}-{version}",  # a NEVRA, 3:<version>-1.<fcNN or elN>, without its epoch
    )


_RPM: Final = "rpm -qa --qf '%{{NAME}} %{{VERSION}}-%{{RELEASE}}\\n' {packages}"

DNF5: Final = PackageManager(
    name="dnf5",
    program="rpm",
    refresh="dnf -y makecache",
    install="dnf -y install {packages}",
    remove="dnf -y remove {packages}",
    installed=_RPM,
    installed_shown="rpm -q {packages}",
    documented_install="sudo dnf install {packages}",
    documented_purge="sudo dnf remove {packages}",
    vendor=_docker_rpm(_DNF5_ADD),
)
# https://docs.docker.com/engine/install/rhel/#install-using-the-rpm-repository
DNF4: Final = replace(DNF5, name="dnf", vendor=_docker_rpm(_DNF4_ADD))

# https://en.opensuse.org/Docker
ZYPPER: Final = PackageManager(
    name="zypper",
    program="rpm",
    refresh="zypper --non-interactive refresh",
    install="zypper --non-interactive install {packages}",
    remove="zypper --non-interactive remove {packages}",
    installed=_RPM,
    installed_shown="rpm -q {packages}",
    documented_install="sudo zypper --non-interactive install {packages}",
    documented_purge="sudo zypper remove {packages}",
)

# https://wiki.archlinux.org/title/Docker; a partial upgrade is not supported there, so every
# installation is an upgrade of the system: https://wiki.archlinux.org/title/System_maintenance
PACMAN: Final = PackageManager(
    name="pacman",
    program="pacman",
    refresh="pacman -Sy --noconfirm",
    install="pacman -Syu --noconfirm --needed {packages}",
    remove="pacman -Rn --noconfirm {packages}",
    installed="pacman -Q {packages} 2>/dev/null",
    installed_shown="pacman -Q {packages}",
    documented_install="sudo pacman -Syu --needed {packages}",
    documented_purge="sudo pacman -Rns {packages}",
)

# https://wiki.alpinelinux.org/wiki/Docker
APK: Final = PackageManager(
    name="apk",
    program="apk",
    refresh="apk update",
    install="apk add {packages}",
    remove="apk del {packages}",
    installed="apk list --installed {packages} 2>/dev/null | "
    "sed -n 's/^\\(.*\\)-\\([0-9][^ -]*-r[0-9]*\\) .*/\\1 \\2/p'",
    installed_shown="apk list --installed {packages}",
    documented_install="sudo apk add {packages}",
    documented_purge="sudo apk del {packages}",
)
