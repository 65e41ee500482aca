"""Evaluations one after the other, each on a host made for it: nothing of one is left by the last.

ONRAMP_RUNS=50 asks for so many, half a minute each, on a machine with nothing else to do. What
was held after each is in the lines that `pytest -s` shows, and in the message of a failure.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from drive import inventory, lab, named, stack
from places import ROOT

RUNS = int(os.environ.get("ONRAMP_RUNS", "0"))
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root"),
    pytest.mark.skipif(RUNS < 6, reason="ONRAMP_RUNS=50 asks for it (at least 6)"),
]
SETTLE_S = 2.0  # for what a run has ended, not waited for
# what may have grown from the first runs to the last, by all of them together
ALLOWED = {
    "processes": 4,
    "mounts": 0,
    "namespaces": 4,
    "network_links": 0,
    "cgroups": 4,
    "open_files": 200,
    "memory_mb": 150,
    "run_peak_mb": 5,
    "run_s": 60,
}


def held() -> dict[str, float]:
    """What is held on this machine now, by all of it."""
    processes = [one for one in Path("/proc").glob("[0-9]*") if _of(one / "cmdline")]
    namespaces = {_link(name) for one in processes for name in (one / "ns").glob("*")}
    memory = dict(line.split(":") for line in _of(Path("/proc/meminfo")).splitlines())
    used = [int(memory[name].split()[0]) for name in ("MemTotal", "MemAvailable")]
    return {
        "processes": len(processes),
        "mounts": len(_of(Path("/proc/self/mountinfo")).splitlines()),
        "namespaces": len(namespaces),
        "network_links": len(list(Path("/sys/class/net").iterdir())),
        "cgroups": sum(1 for _ in Path("/sys/fs/cgroup").rglob("cgroup.procs")),
        "open_files": int(_of(Path("/proc/sys/fs/file-nr")).split()[0]),
        "memory_mb": (used[0] - used[1]) // 1024,
    }


def _of(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:  # it has ended meanwhile
        return ""


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""


def run(flags: Sequence[str], folder: Path) -> dict[str, float]:
    """One evaluation: how long it took, and its most memory at once."""
    began = time.monotonic()
    with (folder / "said").open("wb") as said:
        argv = [ROOT / "invoke", "evaluate", f"--runs={folder / 'runs'}", *flags]
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (folder / "said").read_text()
    return {"run_peak_mb": used.ru_maxrss // 1024, "run_s": round(time.monotonic() - began)}


@pytest.mark.timeout(RUNS * 240 + 600)
def test_nothing_grows(tmp_path: Path) -> None:
    name, rows = named("row"), []
    flags = [inventory(tmp_path, {name: lab("debian-13")}), stack(tmp_path)]
    for number in range(RUNS):
        took = run(flags, tmp_path)
        time.sleep(SETTLE_S)
        rows.append(held() | took)
        print(f"\nrun {number + 1}: {rows[-1]}", end="", flush=True)
    third = RUNS // 3
    grown = {
        what: statistics.median(row[what] for row in rows[-third:])
        - statistics.median(row[what] for row in rows[:third])
        for what in ALLOWED
    }
    print(f"\ngrown: {grown}")
    assert all(grown[what] <= most for what, most in ALLOWED.items()), (grown, rows)
