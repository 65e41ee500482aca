"""bench: Onramp and its peers side by side; for those who work on Onramp, in a clone of it."""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace

from onramp import ROOT
from onramp.errors import UsageError


def bench(given: SimpleNamespace) -> int:
    """What benchmarks/side_by_side.py measures and prints. Raises UsageError outside a clone."""
    folder = ROOT / "benchmarks"
    if not (folder / "side_by_side.py").is_file():
        advice = "call ./invoke bench in a clone of the project"
        raise UsageError(f"bench: there is no {folder}", resolution=advice)
    sys.path.append(str(folder))
    code: int = import_module("side_by_side").bench(given)
    return code
