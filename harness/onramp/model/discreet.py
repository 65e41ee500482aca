"""Records whose repr, which a traceback or a failed assertion shows, keeps something back."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Discreet(Struct, frozen=True):
    """Fields named in UNSHOWN are left out of the repr: secrets, and what is too long to read."""

    UNSHOWN: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        names = (name for name in self.__struct_fields__ if name not in self.UNSHOWN)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__name__}({shown})"
