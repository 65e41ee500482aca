"""A run's folder belongs to the process that works on the run."""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path
from typing import Final

from onramp.errors import UsageError

LOCK: Final = ".lock"


def hold(folder: Path, holder: object) -> None:
    """Held as long as `holder` lives, and this process. Raises UsageError where another process
    holds it, and OSError."""
    held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    weakref.finalize(holder, os.close, held)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"run {folder.name} is still going on in another process") from None
