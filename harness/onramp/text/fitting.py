"""As much as there is room for: what hosts print has no end, a page has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def fitting(items: Iterable[T], limit: int, line: Callable[[T], str]) -> list[T]:
    """Those whose lines stay within `limit` bytes together; no more than that is made."""
    fit = []
    for item in items:
        limit -= len(line(item).encode("utf-8", "replace")) + 8
        if limit < 0:
            break
        fit.append(item)
    return fit
