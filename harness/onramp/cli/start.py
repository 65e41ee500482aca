"""What `./invoke` and `onramp` start first: Invoke, without what it loads and hardly anybody uses.

It imports `unittest.mock` for its MockContext, which brings asyncio and ssl, and a YAML reader of
its own for files such as ~/.invoke.yaml: together more than half of the time that its import takes.
Both are still there for whoever uses them, and loaded then.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any, Final

MOCK: Final = "unittest.mock"
YAML: Final = "invoke.vendor.yaml"


def main() -> None:
    """The console command."""
    import_invoke()
    from onramp.cli import program

    program.main()


def import_invoke() -> None:
    """Does nothing where it is imported already."""
    if "invoke" in sys.modules:
        return
    stand_ins = {YAML: ModuleType(YAML)}
    stand_ins[YAML].__getattr__ = _of_yaml  # type: ignore[method-assign]
    if MOCK not in sys.modules:
        stand_ins[MOCK] = ModuleType(MOCK)
        vars(stand_ins[MOCK])["Mock"] = _mock
    sys.modules.update(stand_ins)
    try:
        importlib.import_module("invoke")
    finally:
        for name in stand_ins:
            del sys.modules[name]  # what is imported from now on is the real one


def _of_yaml(name: str) -> Any:
    return getattr(importlib.import_module(YAML), name)


def _mock(*given: Any, **named: Any) -> Any:
    from unittest.mock import Mock

    return Mock(*given, **named)
