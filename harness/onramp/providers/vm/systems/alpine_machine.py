"""Alpine with the kernel and initial RAM disk of its own package, and addresses from udhcpc."""

from __future__ import annotations

from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import alpine_packages, alpine_system
from onramp.providers.lab.families import alpine_family
from onramp.providers.lab.images import Image
from onramp.providers.vm.disks import ROOT_UUID
from onramp.providers.vm.systems import USER, WELCOME, System

# The disk it comes from was set up to run as a container; this one is a machine of its own.
_FINISH = f"""
{alpine_family.finish(USER, "openssh-client-common")}
echo localhost > /etc/hostname
sed -i 's/^rc_sys=.*/rc_sys=""/' /etc/rc.conf
printf 'auto lo\\niface lo inet loopback\\n\\nauto eth0\\niface eth0 inet dhcp\\n' \\
    > /etc/network/interfaces
echo 'UUID={ROOT_UUID} / ext4 rw,relatime 0 1' > /etc/fstab
sed -i '/^9p/d' /etc/modules
{WELCOME}
rm -rf /var/log/* /etc/ssh/ssh_host_*
"""


def _recipe(image: Image) -> list[str]:
    return [alpine_system.WHEEL, _FINISH, *alpine_packages.recipe()]


def _make(image: Image, root: Path, cache: Path, progress: Progress) -> None:
    alpine_family.make(root, cache, progress, _FINISH)


SYSTEM = System(
    "alpine",
    _recipe,
    _make,
    kernel="/boot/vmlinuz-virt",
    initrd="/boot/initramfs-virt",
    words="rootfstype=ext4 modules=ext4,virtio_blk,virtio_net",
    shell="ash -l",
)
