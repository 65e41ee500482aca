"""Run programs of this machine: the only door from the lab to `subprocess`.

Two kinds: short ones (`run`), and builds (`run_build`), whose whole process tree dies with
the harness, so that a killed harness leaves no orphan still writing into a half-made cache.
All run in process groups of their own: Ctrl-C at a terminal reaches the harness alone, which
decides what ends; half an `umount` is nobody's wish.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from onramp import PROGRAM
from onramp.errors import HarnessError

TAIL_CHARS = 4000

# A pid namespace dies with its first process; setpriv makes that one die with us.
DIES_WITH_US = (
    "setpriv", "--pdeathsig", "KILL",
    "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc",
)  # fmt: skip


def run(
    argv: Sequence[str | Path],
    *,
    timeout_s: float = 60.0,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run a program and return its stdout.

    Raises HarnessError with the program's own stderr when it fails, is missing or is too slow.
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            env={**os.environ, "PATH": path(), **(env or {})},
            cwd=cwd,
            check=False,
            process_group=0,
        )
    except FileNotFoundError as error:
        raise HarnessError(
            brief=f"the lab needs the program {words[0]}, which this machine lacks",
            details=str(error),
            resolution=f"run {PROGRAM} lab.up as root on a Debian machine: it installs it",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise HarnessError(
            brief=f"{words[0]} did not finish within {timeout_s:.0f} s",
            details=" ".join(words),
        ) from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-TAIL_CHARS:]
        raise HarnessError(
            brief=f"{words[0]} failed with exit code {done.returncode}",
            details=f"$ {' '.join(words)}\n{said}",
        )
    return done.stdout


def works(argv: Sequence[str | Path]) -> bool:
    """Whether a short program exits 0; for questions, where "no" is an answer."""
    try:
        run(argv)
    except HarnessError:
        return False
    return True


def run_build(
    argv: Sequence[str | Path],
    *,
    timeout_s: float = 900.0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Like `run`, for a long build: it and all it starts are killed when the harness dies."""
    return run([*DIES_WITH_US, *argv], timeout_s=timeout_s, env=env, cwd=cwd)


@contextlib.contextmanager
def during(argv: Sequence[str | Path], log: Path) -> Iterator[None]:
    """Have a server run for the length of the block; it too ends when the harness dies."""
    words = [str(word) for word in (*DIES_WITH_US, *argv)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, process_group=0,
            env={**os.environ, "PATH": path()},
        )  # fmt: skip
        with process:
            try:
                yield
            finally:
                process.kill()


def remove_tree(path: Path) -> None:
    """Remove a directory tree without ever crossing into another file system."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        run(["rm", "-rf", "--one-file-system", "--", path], timeout_s=300)


def path() -> str:
    """Where programs are looked for: sbin too, which `su` without `-` leaves out on Debian."""
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def missing(programs: Sequence[str]) -> list[str]:
    """Those of the programs that are nowhere on the path."""
    return [program for program in programs if shutil.which(program, path=path()) is None]
