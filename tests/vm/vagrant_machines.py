"""What tests of virtual machines ask and do again and again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from onramp.providers.lab.embedded_lab import default_cache
from onramp.providers.vm import libvirt
from places import ROOT

TOGETHER_S = 7200


def onramp(*words: str) -> subprocess.CompletedProcess[str]:
    """One command of this clone, as somebody types it."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "harness")},
        capture_output=True,
        text=True,
        check=False,
        timeout=TOGETHER_S,
    )


def home() -> Path:
    """Where machines of this cache are."""
    return default_cache() / "vm"


def left() -> set[str]:
    """All that there is of machines, anybody's: directories, domains, disks, processes."""
    libvirt.start()
    found = [f"directory {path}" for path in (home() / "machines").glob("[!.]*")]
    found += [f"domain {name}" for name in libvirt.domains()]
    found += [f"disk {name}" for name in _disks()]
    found += [f"box half added {path}" for path in (home() / "vagrant.d/tmp").glob("*")]
    found += [f"process {line}" for line in _processes()]
    libvirt.stop()
    return set(found)


def _disks() -> list[str]:
    folder = Path("/var/lib/libvirt/images")
    return [path.name for path in folder.glob("onramp-*") if "_vagrant_box_image_" not in path.name]


def _processes() -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    ours = ("guest=onramp-", f"{home()}/")
    return [line for line in listed.stdout.splitlines() if any(word in line for word in ours)]
