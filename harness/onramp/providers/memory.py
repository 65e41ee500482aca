"""What memory this machine has left for more."""

from __future__ import annotations

from pathlib import Path


def available_kb() -> int:
    """Memory that may be used, by /proc/meminfo; a gigabyte where that cannot be read."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return 1024 * 1024
