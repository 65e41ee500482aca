"""Moments as evidence has them, in UTC, and the folder that a run of this second gets."""

from __future__ import annotations

import functools
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

AGREES_S: Final = 2.0  # time services mend less than that all the time
# Nobody sets it, and it goes on while the machine sleeps; elsewhere than on Linux it does not.
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_AHEAD_S: Final = time.time() - time.clock_gettime(_CLOCK)


def now() -> str:
    """This moment, to the millisecond: no stamp is earlier than one this process made before."""
    second, thousandths = divmod(int(seconds() * 1000), 1000)
    return f"{_second(second)}.{thousandths:03d}Z"


@functools.lru_cache(maxsize=2)
def _second(since_1970: int) -> str:
    return datetime.fromtimestamp(since_1970, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def seconds() -> float:
    """Since 1970, by the machine's clock as it was when this process began."""
    return _AHEAD_S + time.clock_gettime(_CLOCK)


def clock_was_set() -> float:
    """By how many seconds it was set forward since then; negative: back; 0 where it was not."""
    change_s = time.time() - seconds()
    return change_s if abs(change_s) > AGREES_S else 0.0


def fresh(root: Path) -> Path:
    """A directory of this second nobody has, even when two runs start at once."""
    stamp = datetime.fromtimestamp(seconds(), UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in range(1, 1000):
        path = root / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{root / stamp}: a thousand runs in one second")
