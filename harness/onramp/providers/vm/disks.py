"""A disk that boots by itself, out of a directory: partition table, GRUB, one ext4 file system.

Made without a mount and without a device: GRUB's first part asks the BIOS for the sectors behind
it, where its second part lies, which has its own modules and looks for /boot/grub/grub.cfg. The
same directory gives the same bytes: order, times, identifiers and hash seed are fixed.
https://www.gnu.org/software/grub/manual/grub/html_node/BIOS-installation.html
"""

from __future__ import annotations

import struct
from pathlib import Path

from onramp.providers.lab import subprocesses
from onramp.providers.lab.bootstrap import EPOCH
from onramp.providers.vm import box_tools

SIZE_MB = 16 * 1024  # sparse: what a guest writes is what it takes
ROOT_UUID = "6f6e7261-6d70-4000-8000-626f78726f6f"
_HASH_SEED = "6f6e7261-6d70-4000-8000-686173687365"
_SECTOR = 512
_FIRST_SECTOR = 2048  # one MiB in, as partitioning programs have it
_SIGNATURE = b"RAMP"
_LINUX, _ACTIVE = 0x83, 0x80
_BOOT_CODE = 440

# $SIZE and $FIRST come with the call. Features that the boot loader cannot read stay off.
_MAKE = f"""
umask 022
tar -C /mnt/root --create --sort=name --format=posix --numeric-owner --xattrs --acls \\
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \\
    --mtime=@{EPOCH} --clamp-mtime . |
SOURCE_DATE_EPOCH={EPOCH} mke2fs -q -t ext4 -L root -U {ROOT_UUID} -d - \\
    -O ^metadata_csum_seed,^orphan_file \\
    -E offset=$((FIRST * {_SECTOR})),hash_seed={_HASH_SEED},lazy_itable_init=0,root_owner=0:0 \\
    /mnt/work/disk.raw $((SIZE * 1024 - FIRST / 2))k
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /mnt/work/core.img \\
    biosdisk part_msdos ext2 normal linux configfile serial terminal search ls cat echo test reboot
cp /usr/lib/grub/i386-pc/boot.img /mnt/work/
"""
_CONVERT = """
qemu-img convert -f raw -O qcow2 -c -o compression_type=zstd /mnt/work/disk.raw /mnt/work/disk.qcow2
rm /mnt/work/disk.raw
"""


def make(root: Path, work: Path, tools: Path, size_mb: int = SIZE_MB) -> Path:
    """The disk `work/disk.qcow2` with what is in `root`; about half a minute, and a third of it.

    Raises HarnessError with the words of the program that failed.
    """
    places = {"root": root, "work": work}
    given = f"SIZE={size_mb} FIRST={_FIRST_SECTOR}\n"
    box_tools.run(tools, given + _MAKE, places)
    _write_loader(work / "disk.raw", work, size_mb)
    box_tools.run(tools, _CONVERT, places)
    for name in ("boot.img", "core.img"):
        subprocesses.remove_tree(work / name)
    return work / "disk.qcow2"


def recipe() -> list[str]:
    """All that a disk is made with but its content."""
    return [_MAKE, _CONVERT, str(SIZE_MB), Path(__file__).read_text()]


# Under emulation on a busy machine the kernel at times takes its timer for broken, and panics.
_PATIENCE = "no_timer_check panic=10"


def grub_config(kernel: str, initrd: str, words: str) -> str:
    """What GRUB reads: one system, no menu; its words and the kernel's on screen and serial."""
    return f"""serial --unit=0 --speed=115200
terminal_output console serial
linux {kernel} root=UUID={ROOT_UUID} {words} net.ifnames=0 {_PATIENCE} \\
    console=tty0 console=ttyS0,115200
initrd {initrd}
boot
"""


def first_sector(boot_code: bytes, sectors: int) -> bytes:
    """The master boot record of a disk of so many sectors: loader, signature, one partition."""
    entry = struct.pack(
        "<B3sB3sII", _ACTIVE, b"\xfe\xff\xff", _LINUX, b"\xfe\xff\xff",
        _FIRST_SECTOR, sectors - _FIRST_SECTOR,
    )  # fmt: skip
    return boot_code[:_BOOT_CODE] + _SIGNATURE + b"\0\0" + entry.ljust(64, b"\0") + b"\x55\xaa"


def _write_loader(disk: Path, work: Path, size_mb: int) -> None:
    sectors = size_mb * 1024 * 1024 // _SECTOR
    core = (work / "core.img").read_bytes()
    with disk.open("r+b") as file:
        file.truncate(sectors * _SECTOR)
        file.write(first_sector((work / "boot.img").read_bytes(), sectors))
        file.write(core)
