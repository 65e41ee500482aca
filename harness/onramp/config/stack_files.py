"""Reads a stack's directory into memory, within limits, before any host is touched.

What is copied is what the user sees there: hidden files too, symbolic links as the files they
lead to. Left out are `.git`, `__pycache__` and the stack's own check list.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onramp.config.suggest import quoted
from onramp.errors import UsageError

LARGEST_BYTES = 50_000_000
MOST_FILES = 5_000
SKIPPED = frozenset({".git", "__pycache__"})


def read(
    root: Path, *, shown: str, skip: frozenset[str]
) -> tuple[dict[str, bytes], dict[str, int]]:
    """All regular files below `root` and their modes, by relative POSIX path.

    `skip` names files at the top that stay behind. Raises UsageError: too large, unreadable, a
    link that leaves the directory, something that is no file.
    """
    try:
        return _read(root, shown, skip)
    except OSError as error:
        where = error.filename or shown
        raise UsageError(f"stack {shown}: cannot read {where}: {error.strerror}") from None


def _read(root: Path, shown: str, skip: frozenset[str]) -> tuple[dict[str, bytes], dict[str, int]]:
    files: dict[str, bytes] = {}
    modes: dict[str, int] = {}
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for path, name in _walk(root, "", (root.resolve(),), shown):
        if name in skip:
            continue
        status = path.stat()
        top = name.split("/")[0]
        sizes[top] += status.st_size
        counts[top] += 1
        if sizes.total() > LARGEST_BYTES:
            raise _too_large(shown, f"{LARGEST_BYTES // 1_000_000} MB", sizes)
        if counts.total() > MOST_FILES:
            raise _too_large(shown, f"{MOST_FILES} files and directories", counts)
        if name.endswith("/"):
            continue
        files[name] = path.read_bytes()
        modes[name] = stat.S_IMODE(status.st_mode) & 0o777
    return files, modes


def _walk(
    folder: Path, below: str, above: tuple[Path, ...], shown: str
) -> Iterator[tuple[Path, str]]:
    """Files, and directories with a slash at the end; `above`: the real directories around it."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = below + entry.name
        if entry.name in SKIPPED:
            continue
        if not name.isprintable():
            raise UsageError(f"stack {shown}: file name {quoted(name)} has unprintable characters")
        path = Path(entry.path)
        real = Path(os.path.realpath(path)) if entry.is_symlink() else above[-1] / entry.name
        if entry.is_symlink():
            _check_link(real, name, above, shown)
        if path.is_dir():
            yield path, f"{name}/"
            yield from _walk(path, f"{name}/", (*above, real), shown)
        elif path.is_file():
            yield path, name
        else:
            raise UsageError(f"stack {shown}: {name} is neither a file nor a directory")


def _check_link(target: Path, name: str, above: tuple[Path, ...], shown: str) -> None:
    if not target.exists():
        raise UsageError(f"stack {shown}: {name} is a link to nothing ({target})")
    if not target.is_relative_to(above[0]):
        advice = "put a copy into the stack's directory: only that is taken to the host"
        raise UsageError(f"stack {shown}: {name} is a link to {target}", resolution=advice)
    if target in above:
        raise UsageError(f"stack {shown}: {name} is a link to a directory it lies in")


def _too_large(shown: str, limit: str, by_name: Counter[str]) -> UsageError:
    biggest, _ = by_name.most_common(1)[0]
    return UsageError(
        f"stack {shown}: more than {limit}; the most are in {quoted(biggest)}",
        resolution="move what the stack does not need out of its directory",
    )
