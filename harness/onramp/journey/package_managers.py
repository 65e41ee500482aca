"""How each package manager is spoken to: one value each.

Every form answers its own questions: nobody is at the keyboard.
"""

from __future__ import annotations

from typing import Final

from onramp.journey.paths import APT_KEYRINGS, DOCKER_KEY, DOCKER_SOURCES
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
