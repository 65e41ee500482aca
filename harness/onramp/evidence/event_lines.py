"""Our values as lines of events.jsonl have them, and back. Pure."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

import msgspec

from onramp.evidence import events
from onramp.model.facts import Facts, Listener
from onramp.model.unknown import UNKNOWN, Unknown

Line = Mapping[str, Any]
T = TypeVar("T")
_UNKNOWN_JSON: Final = {"unknown": True}
_AS_THEY_ARE: Final = frozenset((str, int, float, bool, type(None)))


def jsonable(value: Any) -> Any:
    """Our values as JSON has them: dataclasses as objects, UNKNOWN as `{"unknown": true}`."""
    if type(value) in _AS_THEY_ARE:  # nearly all that there is
        return value
    if isinstance(value, Unknown):
        return dict(_UNKNOWN_JSON)
    if isinstance(value, msgspec.Struct) or (
        dataclasses.is_dataclass(value) and not isinstance(value, type)
    ):
        return fields(value)
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(jsonable(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    return value


def fields(thing: Any) -> dict[str, Any]:
    """The fields of an event, or of a noun that is one, as its line has them."""
    if isinstance(thing, msgspec.Struct):
        names = thing.__struct_fields__
    else:
        names = _field_names(cast(Any, type(thing)))
    values = ((name, getattr(thing, name)) for name in names)
    return {name: jsonable(value) for name, value in values if value is not msgspec.UNSET}


@functools.cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def line(event: events.Event | events.Noun) -> dict[str, Any]:
    """An event as events.jsonl has it, without its time."""
    name = event.NAME if isinstance(event, events.Event) else events.NOUNS[type(event)]
    return {"event": name, **fields(event)}


def facts(raw: Line) -> Facts:
    """Facts from an event or facts.json; what is missing or marked unknown stays UNKNOWN."""
    known = {
        field.name: _fact(str(field.type), raw[field.name])
        for field in dataclasses.fields(Facts)
        if field.name in raw
    }
    return Facts(**known)


def _fact(kind: str, value: Any) -> Any:
    if value == _UNKNOWN_JSON:
        return UNKNOWN
    if kind.startswith(("tuple[", "frozenset[")) and isinstance(value, list):
        items = [noun(Listener, item) if isinstance(item, Mapping) else item for item in value]
        return frozenset(items) if kind.startswith("frozenset[") else tuple(items)
    return value


def noun(kind: type[T], raw: Line) -> T:
    """A flat dataclass from a mapping: lists become tuples, unknown keys are left out."""
    known = _field_names(cast(Any, kind))
    return kind(**{name: _flat(value) for name, value in raw.items() if name in known})


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return UNKNOWN if value == _UNKNOWN_JSON else value
