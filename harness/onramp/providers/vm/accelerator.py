"""Whether this machine runs guests at the processor's own speed (KVM), or emulates one (TCG).

That /dev/kvm is there, and opens, says nothing: under some hypervisors guests hang on it or crawl.
So a guest of eight bytes is tried. It asks QEMU to exit, which an emulated processor does in a
fifth of a second.
https://www.qemu.org/docs/master/system/introduction.html#virtualisation-accelerators
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

_DEVICE = Path("/dev/kvm")
_WITHIN_S = 5.0
_ANSWER = 0x10  # to QEMU's exit device, whose exit code is twice that and one
_GUEST = bytes((0xB0, _ANSWER, 0xE6, 0xF4, 0xFA, 0xF4, 0xEB, 0xFE))  # mov al; out 0xf4; cli; hlt


class Accelerator(Struct, frozen=True):
    """`name` is QEMU's; `why` says what decided, in a few words for a report."""

    name: Literal["kvm", "tcg"]
    why: str


@cache
def probed() -> Accelerator:
    """KVM where a guest ran on it, TCG otherwise; asked once, five seconds at most."""
    if not _DEVICE.exists():
        return Accelerator("tcg", f"no {_DEVICE}")
    if not os.access(_DEVICE, os.R_OK | os.W_OK):
        return Accelerator("tcg", f"{_DEVICE} may not be opened by this user")
    why_not = _tried()
    return Accelerator("tcg", why_not) if why_not else Accelerator("kvm", "a guest ran on it")


def _tried() -> str:
    """Why KVM is of no use here; nothing where a guest ran on it."""
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "guest.img")
        disk.write_bytes(_GUEST.ljust(510, b"\0") + b"\x55\xaa")
        try:
            done = subprocess.run(_qemu(disk), capture_output=True, timeout=_WITHIN_S, check=False)
        except FileNotFoundError:
            return "qemu-system-x86_64 is not installed"
        except subprocess.TimeoutExpired:
            return f"{_DEVICE} is there, but a guest hung on it for {_WITHIN_S:.0f} s"
    if done.returncode == 2 * _ANSWER + 1:
        return ""
    return f"{_DEVICE} is there, but no guest runs on it (QEMU exit code {done.returncode})"


def _qemu(disk: Path) -> list[str]:
    return [
        "qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "64", "-nodefaults",
        "-display", "none", "-drive", f"file={disk},format=raw,if=ide",
        "-device", f"isa-debug-exit,iobase={0xF4},iosize=1",
    ]  # fmt: skip
