"""Onramp: how hard is it to get from a clean Linux machine to a running `docker compose up`?"""

from pathlib import Path
from typing import Final

__version__ = "0.1.0"

_PACKAGE: Final = Path(__file__).resolve().parent


def _clone() -> Path | None:
    top = _PACKAGE.parent.parent
    return top if (top / "pyproject.toml").is_file() and (top / "stacks").is_dir() else None


CLONE: Final = _clone()  # the project's own folder; None where Onramp is installed
SHIPPED: Final = CLONE or _PACKAGE / "shipped"  # stacks/, inventory/ and the Vagrantfile
PROGRAM: Final = "./invoke" if CLONE else "onramp"  # what hints tell people to type


def clone() -> Path:
    """The project's own folder, for what works on Onramp itself. Raises UsageError elsewhere."""
    if CLONE is None:
        from onramp.errors import UsageError

        raise UsageError(
            "this works on Onramp itself", resolution="call it in a clone of the project"
        )
    return CLONE
