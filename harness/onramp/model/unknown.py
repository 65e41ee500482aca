"""A value that may be unknown: asked, and not answered. Never a default standing for failure."""

from __future__ import annotations

import enum
from typing import Final, TypeVar


class Unknown(enum.Enum):
    """The type of UNKNOWN: asked, and not answered. Falsy on purpose, never equal to None."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown.UNKNOWN


T = TypeVar("T")


def known(value: T | Unknown) -> T | None:
    """The value, or None where it is UNKNOWN: for asking "is it known and …" in one breath."""
    return None if isinstance(value, Unknown) else value
