"""Moments as evidence has them, in UTC, and the folder that a run of this second gets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path


def now() -> str:
    """This moment, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fresh(root: Path) -> Path:
    """A directory of this second nobody has, even when two runs start at once."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in range(1, 1000):
        path = root / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{root / stamp}: a thousand runs in one second")
