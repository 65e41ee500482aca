"""What the lab builds once and keeps: directories named after a hash of their recipe.

An edited recipe is a new directory, so an old result is never mistaken for a new one. The
FINISHED mark is written last and the directory renamed after it, so neither is a half-made one.
"""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from onramp.providers.lab import locks, subprocesses

FINISHED = "FINISHED"


def tag(recipe: Sequence[str]) -> str:
    """A short name for a recipe."""
    return hashlib.sha256("\0".join(recipe).encode()).hexdigest()[:12]


def built(home: Path, name: str, recipe: Sequence[str], make: Callable[[Path], None]) -> Path:
    """The directory `home/name-<tag>`, made by `make(empty directory)` if it is not there yet.

    Builders of one name wait for each other; what an interrupted one left is removed first.
    """
    done = home / f"{name}-{tag(recipe)}"
    if (done / FINISHED).exists():
        return done
    with locks.locked(home / f".{name}.lock", timeout_s=1800):
        if not (done / FINISHED).exists():
            partial = done.with_name(f"{done.name}.partial")
            for stale in (partial, done):
                subprocesses.remove_tree(stale)
            partial.mkdir(parents=True)
            make(partial)
            (partial / FINISHED).write_text("\n".join(recipe))
            os.rename(partial, done)
            _prune(done, name)
    return done


def _prune(done: Path, name: str) -> None:
    """Remove what older recipes made under this name, unless a running host stands on it."""
    mounts = Path("/proc/mounts").read_text()
    for path in done.parent.iterdir():
        ours = re.fullmatch(re.escape(name) + r"-[0-9a-f]{12}(\.partial)?", path.name)
        if ours and path != done and str(path) not in mounts:
            subprocesses.remove_tree(path)
