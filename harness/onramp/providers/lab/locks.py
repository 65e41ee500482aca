"""Locks between threads and processes.

`flock` is released by the kernel when its holder dies, however it dies, so a killed run never
blocks the next one; that is why no lock here is a file whose existence counts.
"""

import fcntl
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onramp.errors import HarnessError

POLL_S = 0.05


def try_lock(path: Path) -> int | None:
    """Take the lock without waiting; returns what `unlock` wants, or None when it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def share(path: Path) -> int:
    """Hold the lock together with others who share it; waits while someone holds it alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def unlock(descriptor: int) -> None:
    """Give a lock back."""
    os.close(descriptor)


@contextmanager
def locked(path: Path, *, timeout_s: float = 600.0) -> Iterator[None]:
    """Hold the lock for the length of the block. Raises HarnessError as `lock` does."""
    descriptor = lock(path, timeout_s=timeout_s)
    try:
        yield
    finally:
        unlock(descriptor)


def lock(path: Path, *, timeout_s: float = math.inf) -> int:
    """Wait for the lock; returns what `unlock` wants.

    Raises HarnessError when another process holds it for longer than `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    while (descriptor := try_lock(path)) is None:
        if time.monotonic() > deadline:
            raise HarnessError(
                brief=f"another process has held {path} for {timeout_s:.0f} s",
                resolution=f"see who holds it with: fuser {path}",
            )
        time.sleep(POLL_S)
    return descriptor
