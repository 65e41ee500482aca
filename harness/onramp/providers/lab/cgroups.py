"""One control group a host, so that a host's processes are found, and ended, to the last one.

Only the unified hierarchy (cgroup v2) is used; a hybrid machine mounts it beside version 1.
"""

import contextlib
import os
import time
from pathlib import Path

ENDED_WITHIN_S = 10.0


def unified() -> Path | None:
    """Where cgroup v2 is mounted, or None."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, where, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(where)
    return None


def group(index: int) -> Path | None:
    """The control group of the host with this number."""
    root = unified()
    return root / f"onramp{index}" if root else None


def processes(path: Path | None) -> list[int]:
    """Every process in the group and the groups below it."""
    if path is None or not path.exists():
        return []
    found: list[int] = []
    for folder, _, _ in os.walk(path):  # groups may vanish meanwhile; walk passes over them
        with contextlib.suppress(OSError):
            found += [int(word) for word in Path(folder, "cgroup.procs").read_text().split()]
    return found


def end(path: Path | None) -> None:
    """Kill everything in the group and remove it."""
    if path is None or not path.exists():
        return
    _kill_all(path)
    for folder in (path, *_shadows(path.name)):
        _remove(folder)


def _kill_all(path: Path) -> None:
    deadline = time.monotonic() + ENDED_WITHIN_S
    while processes(path) and time.monotonic() < deadline:
        kill = path / "cgroup.kill"  # since Linux 5.14
        if kill.exists():
            kill.write_text("1")
        else:
            for pid in processes(path):
                _kill(pid)
        time.sleep(0.02)


def _shadows(name: str) -> list[Path]:
    """The same group in version 1 hierarchies: systemd-nspawn makes one in `name=systemd`."""
    return [path for path in Path("/sys/fs/cgroup").glob(f"*/{name}") if path.is_dir()]


def _remove(path: Path) -> None:
    """Remove a group and those below it, deepest first."""
    for folder, _, _ in os.walk(path, topdown=False):
        with contextlib.suppress(OSError):  # still dying; an empty group costs nothing
            os.rmdir(folder)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


def enter(pid_of_host: int, pid: int) -> None:
    """Put a process into the same group as a process of the host."""
    root = unified()
    lines = Path(f"/proc/{pid_of_host}/cgroup").read_text().splitlines()
    own = next((line[3:] for line in lines if line.startswith("0::")), None)
    if root is not None and own is not None:
        (root / own.lstrip("/") / "cgroup.procs").write_text(str(pid))
