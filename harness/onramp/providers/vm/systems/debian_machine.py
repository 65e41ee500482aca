"""Debian with the kernel of its cloud images, AppArmor, and addresses from systemd-networkd."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from onramp.providers import Progress
from onramp.providers.lab import bootstrap, chroots
from onramp.providers.lab.images import Image
from onramp.providers.vm.disks import ROOT_UUID
from onramp.providers.vm.systems import USER, WELCOME, System

# What a lab host has from outside, and what a Debian installed on a machine has besides.
_PACKAGES = ("apparmor", "initramfs-tools", "linux-image-cloud-amd64", "udev", "zstd")
_RESOLVED = "systemd-resolved"  # part of systemd itself before Debian 12

# Before any package is set up: a small initial RAM disk, since an emulated BIOS reads it slowly.
_SETUP_HOOK = """set -eu
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
echo MODULES=list > "$1/etc/initramfs-tools/conf.d/virtual-machine"
printf '%s\\n' virtio_pci virtio_blk virtio_net ext4 \\
    > "$1/usr/share/initramfs-tools/modules.d/virtual-machine"
"""

# Host keys are each machine's own, made when it first boots; so is its identity.
_FINISH = f"""
export SOURCE_DATE_EPOCH={bootstrap.EPOCH}
userdel --remove {bootstrap.USER}
rm /etc/sudoers.d/90-{bootstrap.USER}
useradd --create-home --uid 1000 --user-group --shell /bin/bash {USER}
{WELCOME}
cat > /etc/systemd/network/80-dhcp.network <<'END'
[Match]
Type=ether
Name=eth*

[Network]
DHCP=yes
END
cat > /etc/systemd/system/host-keys.service <<'END'
[Unit]
Description=Make this machine's SSH host keys
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
END
systemctl enable --quiet host-keys.service systemd-networkd.service systemd-resolved.service
systemctl disable --quiet systemd-networkd-wait-online.service
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
echo localhost > /etc/hostname
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost ip6-localhost\\n' > /etc/hosts
echo 'UUID={ROOT_UUID} / ext4 errors=remount-ro 0 1' > /etc/fstab
rm -rf /var/log/apt /var/log/*.log /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin
rm -rf /var/lib/apt/lists/* /var/log/journal/* /var/lib/systemd/random-seed /etc/*-
rm -f /var/lib/systemd/credential.secret
mkdir -p /var/log/apt
"""


def _machine(image: Image) -> Image:
    resolved = () if image.suite == "bullseye" else (_RESOLVED,)
    return replace(image, packages=(*image.packages, *_PACKAGES, *resolved))


def _recipe(image: Image) -> list[str]:
    return [*bootstrap.recipe(_machine(image)), _SETUP_HOOK, _FINISH]


def _make(image: Image, root: Path, cache: Path, progress: Progress) -> None:
    progress(f"making {image.name} with a kernel (once, about a minute)")
    bootstrap.make(_machine(image), root, f"--extract-hook={_SETUP_HOOK}")
    chroots.enter(root, _FINISH, {})


SYSTEM = System(
    "debian",
    _recipe,
    _make,
    kernel="/vmlinuz",
    initrd="/initrd.img",
    words="ro",
    shell="bash -l",
    can=lambda image: image.init == "systemd",
)
