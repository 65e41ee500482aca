"""Templates stay compiled from one run to the next, where Python keeps modules compiled."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket


def kept(folder: Path) -> BytecodeCache | None:
    """Those of `folder`; None where Python was told to write nothing, or the place cannot be made.

    One that is older than its template, or of another Python or Jinja2, is compiled again.
    """
    place = Path(importlib.util.cache_from_source(str(folder / "any.py"))).parent
    if sys.dont_write_bytecode:
        return None
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return _Beside(str(place), "%s.j2c")


class _Beside(FileSystemBytecodeCache):
    def dump_bytecode(self, bucket: Bucket) -> None:
        """What cannot be kept (somebody else's folder, a full disk) is compiled each time."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
