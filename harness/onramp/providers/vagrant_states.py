"""What `vagrant status` tells of machines that cannot be taken as they are, in a line each case."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

NEVER = ("not_created", "not created")
_UP = "running"


class State(Struct, frozen=True):
    """One machine: Vagrant's word for how it is, its provider, and who made it (None: nobody).

    `box` is the name of the box it was made from, where that is not installed any more.
    """

    name: str
    state: str
    provider: str = ""
    owner: int | None = None
    box: str = ""


def read(status: str, root: Path, home: Path) -> tuple[State, ...]:
    """The machines of `vagrant status --machine-readable`, with what lies in `root/.vagrant`.

    `home` is Vagrant's own directory, where boxes are.
    """
    rows = [line.split(",") for line in status.splitlines()]
    providers = {row[1]: row[3] for row in rows if row[2:3] == ["provider-name"]}
    return tuple(
        _state(row[1], row[3], providers.get(row[1], ""), root, home)
        for row in rows
        if row[2:3] == ["state"] and len(row) > 3
    )


def _state(name: str, state: str, provider: str, root: Path, home: Path) -> State:
    folder = root / ".vagrant/machines" / name / provider
    return State(name, state, provider, owner_of(folder), _missing_box(folder, home))


def owner_of(folder: Path) -> int | None:
    """The user who brought the machine up, as Vagrant wrote it down."""
    try:
        return int((folder / "creator_uid").read_text())
    except (OSError, ValueError):
        return None


def _missing_box(folder: Path, home: Path) -> str:
    try:
        name = str(json.loads((folder / "box_meta").read_text())["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return "" if (home / "boxes" / stored(name)).exists() else name


def stored(box: str) -> str:
    """A box's name as Vagrant writes it in the names of files."""
    return box.replace("/", "-VAGRANTSLASH-")


def running(states: Iterable[State]) -> tuple[str, ...]:
    """Names of machines that are up."""
    return tuple(one.name for one in states if one.state == _UP)


def notes(states: Sequence[State], me: int) -> tuple[str, ...]:
    """A line for each case that keeps machines out, or may surprise; none where all are up."""
    found = (_never(states), *_halted(states), *_boxless(states), *_others(states, me))
    return tuple(line for line in found if line)


def _never(states: Sequence[State]) -> str:
    names = [one.name for one in states if one.state in NEVER]
    if not names:
        return ""
    return (
        f"never created: {', '.join(names)} (vagrant up {names[0] if len(names) == 1 else 'NAME'})"
    )


def _halted(states: Sequence[State]) -> list[str]:
    down = [one for one in states if one.state not in (_UP, *NEVER)]
    return [f"{one.name} is not running ({one.state}): vagrant up {one.name}" for one in down]


def _boxless(states: Sequence[State]) -> list[str]:
    return [
        f"{one.name}: its box {one.box} is not installed any more; it can be used as it is, and "
        f"`vagrant box add {one.box}` is needed to make it anew"
        for one in states
        if one.box
    ]


def _others(states: Sequence[State], me: int) -> list[str]:
    return [
        f"{one.name} was brought up by {_user(one.owner)}: its key may be theirs alone, "
        "so run this as that user"
        for one in states
        if one.owner is not None and one.owner != me
    ]


def _user(number: int) -> str:
    try:
        return f"user {pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"another user ({number})"


def vagrant_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Where Vagrant keeps boxes."""
    return Path(environment.get("VAGRANT_HOME") or Path.home() / ".vagrant.d")
