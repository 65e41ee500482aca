"""Arch by its package manager: pacman with signed repositories, on Debian's userland."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import arch_packages, arch_system, chroots, subprocesses
from onramp.providers.lab.families import Family
from onramp.providers.lab.images import Image
from onramp.providers.lab.pacman_packages import MACHINE

# As Arch's installer does it: a key of the system's own vouches for those of the packagers, which
# come in a package that nothing vouches for yet. (In here pacman finds no disk to ask for space.)
# The last line spares every host what systemd does after /usr has changed.
_FINISH = f"""
sed '/^CheckSpace/d' /etc/pacman.conf > /tmp/signed.conf
sed 's/^LocalFileSigLevel.*/LocalFileSigLevel = Never/' /tmp/signed.conf > /tmp/unsigned.conf
pacman-key --init
cd /mnt/core/os/{MACHINE}
pacman --config /tmp/unsigned.conf --noconfirm -U archlinux-keyring-*.zst
pacman-key --populate archlinux
pacman --config /tmp/signed.conf --noconfirm --needed -U ./*.pkg.tar.zst
gpgconf --homedir /etc/pacman.d/gnupg --kill all
rm -rf /var/cache/pacman/pkg/* /var/log/pacman.log
touch /etc/.updated /var/.updated
"""


def _recipe(image: Image) -> list[str]:
    return [*arch_system.recipe(), *arch_packages.recipe(), _FINISH]


def _make(image: Image, root: Path, cache: Path, progress: Progress) -> None:
    home = cache / "mirror"
    packages = arch_packages.build(home, progress)
    subprocesses.run(["cp", "-a", arch_system.build(home, progress).root, root], timeout_s=300)
    chroots.enter(root, _FINISH, {"core": packages / "core"})


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    return {"archlinux": arch_packages.build(home, progress)}


FAMILY = Family("arch", _recipe, _make, _published, takes="a minute and a half")
