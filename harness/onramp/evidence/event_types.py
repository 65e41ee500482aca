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

from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding
from onramp.model.run import CommandRun, HostStatus, RequirementRun
from onramp.model.stack import StackFile
from onramp.model.step import StepStatus
from onramp.model.unknown import Unknown

Types = Mapping[str, Any]
_SECONDS: Final = frozenset({"seconds", "seconds_lost", "total_s", "on_host_s", "attempts"})
_MOST_S: Final = 10_000_000  # a third of a year; JUnit's readers take nine digits in a sum
_LOG: Final = re.compile(r"logs/[A-Za-z0-9._-]+")
_LARGEST: Final = 2**53  # what every reader of JSON keeps exactly (RFC 8259, 6)
Event = dict[str, Any]
_ROWS: Final = list[dict[str, Any]]
_STEP: Final[Types] = {"id": str, "title": str, "documented": list[str]}


class _Listener(typing.TypedDict):
    """As model.Listener, with an unknown process as events spell it."""

    port: int
    address: str
    process: typing.NotRequired[str | dict[str, bool]]


@functools.cache
def _types(event: str) -> Types:
    """The type of each field of an event; fields not named here pass as they are."""
    evidence = {"step": str, "evidence": dict[str, Any]}
    said = dict[str, str | list[str] | dict[str, int | None]]
    tables: dict[str, Types] = {
        "host": dict.fromkeys(("name", "address", "stack"), str)
        | dict.fromkeys(("user", "image"), str | None)
        | {"reviewer": said, "asked": list[str], "settings": dict[str, Any]},
        "facts": {**_of(Facts), "listeners": list[_Listener]},
        "files": {"files": list[StackFile]},
        "platform": {"id": str, "title": str, "note": str},
        "plan": {"method": str, "steps": _ROWS, "settings": dict[str, Any]},
        "resurvey": {"changed": dict[str, Any]},
        "step": {**_STEP, "step": str, "state": str, "status": StepStatus, "seconds": float,
                 "attempts": int, "note": str},
        "command": {**_of(CommandRun), "id": str},
        "finding": {**_of(Finding), **evidence},
        "unexplained": evidence,
        "requirement": {**_of(RequirementRun), "evidence": dict[str, Any]},
        "versions": dict.fromkeys(("engine", "compose", "buildx"), str | None),
        "cpu": {"uptime_s": float, "cpu_waited_s": float | None},
        "leftovers": {"items": list[str]},
        "answer": {"url": str, "way": str},
        "counter": {"value": int},
        "note": {"text": str},
        "fault": {"text": str, "details": str},
        "end": {"status": HostStatus, "total_s": float, "on_host_s": float},
    }  # fmt: skip
    return {"t": str, "event": str, **tables.get(event, {})}


@functools.cache
def _of(kind: type) -> Types:
    """A dataclass's fields; `| Unknown` is written as an object of its own and passes anyway."""
    return {name: _known(hint) for name, hint in typing.get_type_hints(kind).items()}


def _known(hint: Any) -> Any:
    parts = [part for part in typing.get_args(hint) if part is not Unknown]
    return functools.reduce(operator.or_, parts) if Unknown in typing.get_args(hint) else hint


def cleaned(event: Mapping[str, Any]) -> Event:
    """The event without the fields whose type is wrong, in its evidence and its steps too."""
    kept = _fitting(event, _types(str(event.get("event"))))
    if isinstance(kept.get("evidence"), dict):
        kept["evidence"] = _fitting(kept["evidence"], _of(Evidence))
    if kept.get("event") == "plan" and "steps" in kept:
        rows = [_fitting(row, _STEP) for row in kept["steps"]]
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
    if type(value) is kind:  # nearly all that there is
        return True
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        return False
    return True
