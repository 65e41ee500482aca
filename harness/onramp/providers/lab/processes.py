"""Processes that outlive the one that started them: started, recognised later, and ended.

A process is its id *and* its start time; the id alone may have been given to another since.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import subprocesses

_STARTED_WITHIN_S = 10.0

# $1 = where to write the id, $2 = a cgroup.procs file to join or "", the rest = the program.
# It writes its id before it becomes the program, so there is no moment without a record.
_LAUNCH = """
set -e
echo $$ > "$1.new"; mv "$1.new" "$1"
if [ -n "$2" ]; then echo $$ > "$2"; fi
shift 2
exec "$@"
"""


class Process(Struct, frozen=True):
    """A process of this machine; `started` is field 22 of /proc/<pid>/stat, in clock ticks."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return find(self.pid) == self


def find(pid: int) -> Process | None:
    """The process with this id now, or None."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else Process(pid, int(fields[19]))


def children(pid: int) -> list[int]:
    """The ids of a process's direct children."""
    try:
        return [int(w) for w in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def launch(argv: Sequence[str | Path], *, pid_file: Path, log: Path, group: Path | None) -> int:
    """Start a program in a session of its own and return its id.

    It is nobody's child (its parent becomes init), so it leaves no zombie here and survives us.
    Everything it prints goes to `log`.
    """
    pid_file.unlink(missing_ok=True)
    join = str(group / "cgroup.procs") if group else ""
    words = ["sh", "-c", _LAUNCH, "launch", str(pid_file), join, *map(str, argv)]
    redirected = ["sh", "-c", 'log=$1; shift; exec setsid -f "$@" >"$log" 2>&1 </dev/null', "sh"]
    subprocesses.run([*redirected, log, *words])
    deadline = time.monotonic() + _STARTED_WITHIN_S
    while (pid := read_pid(pid_file)) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return pid or 0


def read_pid(pid_file: Path) -> int | None:
    """The id in a file that `launch` wrote, or None."""
    try:
        return int(pid_file.read_text())
    except (FileNotFoundError, ValueError):
        return None


def stop(process: Process, *, grace_s: float = 2.0) -> None:
    """Ask a process to end, then make it."""
    for number, patience_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
        if not process.alive():
            return
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience_s
        while process.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
