"""Collects plug-in constants from a package: one file, one thing.

Fails loudly where a module exports none, or where two share an id: a pain point that silently
does not load is worse than a traceback.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from onramp.errors import HarnessError

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every leaf module below `package`, in name order."""
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not info.ispkg:
            yield importlib.import_module(info.name)


def collect(package: ModuleType, kind: type[T], *, key: str = "id") -> dict[str, T]:
    """All module-level constants of type `kind`, by their `key` attribute.

    Raises HarnessError for a module without one, or for two with the same key.
    """
    found: dict[str, T] = {}
    for module in modules(package):
        here = [value for value in vars(module).values() if isinstance(value, kind)]
        if not here:
            raise HarnessError(f"{module.__name__} exports no {kind.__name__}")
        for value in here:
            name = str(getattr(value, key))
            if name in found:
                raise HarnessError(f"{module.__name__}: {kind.__name__} {name!r} exists already")
            found[name] = value
    return found
