"""bench: Onramp and its peers side by side; for those who work on Onramp, in a clone of it."""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace

from onramp import clone


def bench(given: SimpleNamespace) -> int:
    """What benchmarks/side_by_side.py measures and prints, or scale.py and simulated.py for many.

    Raises UsageError outside a clone.
    """
    folder = clone() / "benchmarks"
    sys.path.append(str(folder))
    module = "simulated" if given.simulated else "scale" if given.scale else "side_by_side"
    code: int = import_module(module).bench(given)
    return code
