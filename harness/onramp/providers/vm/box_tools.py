"""The programs that make disks, from one release of Debian on every machine.

The machine's own would do, but not alike: an mke2fs before 1.47.1 can fill a file system only from
a directory, whose order and change times are another each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import chroots
from onramp.providers.lab.tool_roots import ToolRoot

_ROOT = ToolRoot(
    "box-tools",
    "trixie",
    ("e2fsprogs", "grub-common", "grub-pc-bin", "libarchive13t64", "qemu-utils", "tar"),
    "fetching what makes disks (once, about 25 s)",
    ('APT::Install-Recommends "false";',),
)


def build(home: Path, progress: Progress) -> Path:
    """The root directory with the programs, made if needed: about 25 s, 175 MB."""
    return _ROOT.build(home, progress)


def run(tools: Path, script: str, places: Mapping[str, Path]) -> str:
    """Run a shell script among them; it sees `places` at /mnt/<name>. Raises HarnessError."""
    return chroots.enter(tools, script, places)
