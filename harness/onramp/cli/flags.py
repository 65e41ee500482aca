"""Turns the text of command-line flags into values.

Invoke hands over strings, lists of strings or None; its own conversions end in tracebacks. Every
function here takes that text and returns a typed value or raises a one-line UsageError naming the
flag, what was found and what was expected.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

from onramp.cli import forks as machine_forks
from onramp.config import addresses, key_file, suggest
from onramp.errors import UsageError
from onramp.model.pain import Severity
from onramp.providers import Reset

MOST_FORKS: Final = 1000
FAIL_ON: Final = ("blocker", "major", "minor")
HOST_KEYS: Final = ("strict", "accept-new")
DEFAULT_INVENTORY: Final = "inventory/lab.yml"


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """The words of a repeatable flag, comma-separated in each, empty ones left out."""
    words = [word.strip() for value in values or () for word in value.split(",")]
    return tuple(word for word in words if word)


def hosts(values: Sequence[str] | None) -> tuple[str, ...]:
    """`--hosts`: everything when it is not given; given and empty is passed on, to be refused."""
    return tuple(values) if values else ("all",)


def whole(flag: str, value: str | None, *, default: int, most: int = 1_000_000) -> int:
    """A whole number from 1 on."""
    if value is None:
        return default
    text = value.strip()
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    if not 1 <= number <= most:
        found = suggest.quoted(value)
        raise UsageError(f"{flag}: found {found}, expected a whole number from 1 to {most}")
    return number


def forks(value: str | None) -> int:
    """`--forks`: how many hosts at a time."""
    return whole("--forks", value, default=machine_forks.chosen(), most=MOST_FORKS)


def choice(flag: str, value: str | None, allowed: Sequence[str]) -> str | None:
    """One of a few words; None when the flag is not given."""
    if value is None or value in allowed:
        return value
    expected = ", ".join(allowed[:-1]) + f" or {allowed[-1]}"
    nearest = suggest.near(value, allowed, most=1)
    raise UsageError(
        f"{flag}: found {suggest.quoted(value)}, expected {expected}",
        resolution=f"did you mean {nearest[0]}?" if nearest else "",
    )


def fail_on(value: str | None) -> Severity | None:
    """`--fail-on`: the mildest severity that makes the exit code 2."""
    return cast("Severity | None", choice("--fail-on", value, FAIL_ON))


def host_keys(value: str | None) -> Literal["strict", "accept-new"] | None:
    """`--host-keys`: what to do about a host key nobody has seen before."""
    found = choice("--host-keys", value, HOST_KEYS)
    return cast("Literal['strict', 'accept-new'] | None", found)


def reset(value: str | None) -> Reset:
    """`--reset`: how a virtual machine gets clean again."""
    return cast(Reset, choice("--reset", value, get_args(Reset)) or "destroy")


def user(value: str | None) -> str | None:
    """`--user`: who logs in."""
    if value is None:
        return None
    try:
        return addresses.user(value)
    except ValueError as error:
        raise UsageError(f"--user: {error}") from None


def private_key(value: str | None, *, cwd: Path) -> str | None:
    """`--private-key`: the path of a readable private key; relative paths are the caller's."""
    if value is None:
        return None
    return key_file.check(_path("--private-key", value, cwd), where="--private-key")


def runs(value: str | None, *, cwd: Path, project_root: Path | None) -> Path:
    """`--runs`: the directory runs are written to; it need not exist yet."""
    path = (project_root or cwd) / "runs" if value is None else _path("--runs", value, cwd)
    try:
        if path.exists() and not path.is_dir():
            raise UsageError(f"--runs: {path} is a file, expected a directory")
    except OSError as error:
        raise UsageError(f"--runs: {suggest.quoted(path)}: {error.strerror}") from None
    return path


def inventories(values: Iterable[str] | None, *, cwd: Path, project_root: Path) -> tuple[Path, ...]:
    """`--inventory`: files laid on one another; the lab's when the flag is not given."""
    given = list(values or ())
    if not given:
        return (project_root / DEFAULT_INVENTORY,)
    texts = [text for value in given for text in _whole_or_split(value, cwd)]
    if not texts:
        raise UsageError("--inventory is empty, expected a file")
    return tuple(_path("--inventory", text, cwd) for text in texts)


def known_names(
    flag: str, values: Iterable[str] | None, known: Collection[str], *, everything: str = ""
) -> tuple[str, ...]:
    """Words that must be known (`--allow` ids, images), each once, in the order given.

    `everything` is a word that stands for all of them, such as `all`.
    """
    words = tuple(dict.fromkeys(listed(values)))
    for word in words:
        if word not in known and word != everything:
            choices = [*known, *([everything] if everything else [])]
            raise UsageError(
                f"{flag}: unknown {suggest.quoted(word)}",
                resolution=suggest.hint(word, choices, noun="known are"),
            )
    return tuple(known) if everything and everything in words else words


def allow(values: Iterable[str] | None, known: Collection[str]) -> frozenset[str]:
    """`--allow`: pain points whose remedy may change what is not ours; `all` stays as it is."""
    return frozenset(known_names("--allow", values, (*known, "all")) if values else ())


def _whole_or_split(value: str, cwd: Path) -> tuple[str, ...]:
    """A path may hold a comma: an existing file is taken as it is written."""
    with contextlib.suppress(OSError, ValueError):
        if "," in value and (cwd / value).exists():
            return (value,)
    return listed([value])


def _path(flag: str, value: str, cwd: Path) -> Path:
    if not value.strip() or "\0" in value:
        raise UsageError(f"{flag}: found {suggest.quoted(value)}, expected a path")
    try:
        path = Path(value).expanduser() if value.startswith("~") else Path(value)
    except RuntimeError as error:
        raise UsageError(f"{flag}: {error}") from None
    return cwd / path


def all_up(names: Sequence[str], there: Collection[str], what: str) -> None:
    """`--names` of what is up. Raises UsageError for others."""
    unknown = [name for name in names if name not in there]
    if unknown:
        raise UsageError(
            f"--names: no {what} {', '.join(unknown)} is up",
            resolution=f"up: {', '.join(sorted(there)) or 'none'}",
        )
