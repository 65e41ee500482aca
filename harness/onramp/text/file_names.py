"""Names for files: a safe one, and one nobody has yet: `web`, then `web-2`, `web-3`."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count


def free_name(name: str, taken: Container[str], *, longest: int | None = None) -> str:
    """`name` itself where it is free, else with the first number that is.

    Where names have at most `longest` characters, the end is kept: it tells them apart.
    """
    for number in count(1):
        tail = f"-{number}" if number > 1 else ""
        end = name[-(longest - len(tail)) :].lstrip("-") if longest else name
        if f"{end}{tail}" not in taken:
            return f"{end}{tail}"
    raise AssertionError("counting has no end")


def file_name(name: str) -> str:
    """A host's or step's name as one safe path component; `10.0.0.5:2222` is `10.0.0.5-2222`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "host"
