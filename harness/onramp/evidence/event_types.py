"""What an event of `events.jsonl` may hold. Pure.

An old or damaged file is read as far as it goes: a field of another type than the harness writes
is left out, as if it had not been written, so whoever reads events may rely on their types; and so
is a number that nothing can have been: whoever adds or rounds them may rely on getting a number.
"""

from __future__ import annotations

import functools
import operator
import re
import typing
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from onramp.evidence.events import KINDS, PlannedStep
from onramp.model.pain import Evidence
from onramp.model.unknown import Unknown

Types = Mapping[str, Any]
_SECONDS: Final = frozenset({"seconds", "seconds_lost", "total_s", "on_host_s", "attempts"})
_MOST_S: Final = 10_000_000  # a third of a year; JUnit's readers take nine digits in a sum
_LOG: Final = re.compile(r"logs/[A-Za-z0-9._-]+")
_LARGEST: Final = 2**53  # what every reader of JSON keeps exactly (RFC 8259, 6)
Event = dict[str, Any]


class _Listener(typing.TypedDict):
    """As model.Listener, with an unknown process as events spell it."""

    port: int
    address: str
    process: typing.NotRequired[str | dict[str, bool]]


@functools.cache
def _types(event: str) -> Types:
    """The type of each field of an event; fields not named here pass as they are."""
    kind = KINDS.get(event)
    return {"t": str, "event": str, **(_of(kind) if kind else {}), **_READ.get(event, {})}


_EVIDENCE: Final = {"evidence": dict[str, Any]}  # looked into afterwards
_READ: Final[Mapping[str, Types]] = {  # where a reader takes more, or needs less, than is written
    "host": {"reviewer": dict[str, str | list[str] | dict[str, int | None]], "port": Any},
    "facts": {"listeners": list[_Listener]},
    "plan": {"steps": list[dict[str, Any]]},
    "step": {"step": str, "state": str},
    "command": {"id": str, "began_s": float},
    "finding": _EVIDENCE,
    "unexplained": _EVIDENCE,
    "requirement": _EVIDENCE,
}


def load() -> None:
    """Works out all of them once, ahead of the first event that is read."""
    for event in KINDS:
        _types(event)


@functools.cache
def _of(kind: type) -> Types:
    """A shape's fields; `| Unknown` is written as an object of its own and passes anyway."""
    hints = typing.get_type_hints(kind).items()
    return {name: _known(hint) for name, hint in hints if name != "NAME"}


def _known(hint: Any) -> Any:
    never = (Unknown, msgspec.UnsetType)
    parts = [part for part in typing.get_args(hint) if part not in never]
    return functools.reduce(operator.or_, parts) if {*typing.get_args(hint)} & {*never} else hint


def cleaned(event: Mapping[str, Any]) -> Event:
    """The event without the fields whose type is wrong, in its evidence and its steps too."""
    kept = _fitting(event, _types(str(event.get("event"))))
    if isinstance(kept.get("evidence"), dict):
        kept["evidence"] = _fitting(kept["evidence"], _of(Evidence))
    if kept.get("event") == "plan" and "steps" in kept:
        rows = [_fitting(row, _of(PlannedStep)) for row in kept["steps"]]
        kept["steps"] = [row for row in rows if "id" in row]
    return kept


def _fitting(raw: Mapping[str, Any], types: Types) -> Event:
    return {
        name: value
        for name, value in raw.items()
        if (name not in types or _fits(value, types[name]) or value == {"unknown": True})
        and _is_sane(name, value)
    }


def _is_sane(name: str, value: Any) -> bool:
    """Whether every number in a value is one that can be measured, and a log is one of the host's.

    No time goes backwards; a report links to logs, and to nothing else by an event's word.
    """
    if name == "log":
        return not value or bool(isinstance(value, str) and _LOG.fullmatch(value))
    if isinstance(value, (int, float)):
        return 0 <= value <= _MOST_S if name in _SECONDS else -_LARGEST <= value <= _LARGEST
    if isinstance(value, dict):
        return all(_is_sane(str(key), inner) for key, inner in value.items())
    return not isinstance(value, list) or all(_is_sane(name, inner) for inner in value)


def _fits(value: Any, kind: Any) -> bool:
    if type(value) is kind or kind is Any:  # nearly all that there is
        return True
    if value is None:
        return type(None) in typing.get_args(kind)
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        return False
    return True
