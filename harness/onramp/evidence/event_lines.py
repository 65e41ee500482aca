"""Our values as lines of events.jsonl have them, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import astuple

from onramp.evidence import events
from onramp.model.facts import Facts, Listener
from onramp.model.unknown import UNKNOWN
from onramp.text.masking import Masker

Line = Mapping[str, Any]
T = TypeVar("T", bound=msgspec.Struct)
_ALWAYS: Final = frozenset({"t", "event"})
_OURS: Final = {name: ours | _ALWAYS for name, ours in events.OURS.items()}
_UNKNOWN_JSON: Final = {"unknown": True}
_AS_THEY_ARE: Final = frozenset((str, int, float, bool, type(None)))


def jsonable(value: Any) -> Any:
    """Our values as JSON has them: records as objects, UNKNOWN as `{"unknown": true}`."""
    if type(value) in _AS_THEY_ARE:  # nearly all that there is
        return value
    if value is UNKNOWN:
        return dict(_UNKNOWN_JSON)
    if isinstance(value, msgspec.Struct):
        return fields(value)
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(jsonable, value))
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    return value


def fields(thing: msgspec.Struct) -> dict[str, Any]:
    """The fields of an event, or of a noun that is one, as its line has them."""
    return {
        name: value if type(value) in _AS_THEY_ARE else jsonable(value)
        for name, value in zip(thing.__struct_fields__, astuple(thing), strict=True)
        if value is not msgspec.UNSET
    }


def line(event: events.Event | events.Noun) -> dict[str, Any]:
    """An event as events.jsonl has it, without its time."""
    name = event.NAME if isinstance(event, events.Event) else events.NOUNS[type(event)]
    return {"event": name, **fields(event)}


def masked(line: Line, masker: Masker) -> dict[str, Any]:
    """A line without secrets. Names of fields and words of ours are none, and stay readable."""
    return _masked(line, _OURS.get(line["event"], _ALWAYS), masker)


def _masked(record: Line, ours: frozenset[str], masker: Masker) -> dict[str, Any]:
    return {
        name: value if name in ours else _masked_value(name, value, masker)
        for name, value in record.items()
    }


def _masked_value(name: str, value: Any, masker: Masker) -> Any:
    if value == _UNKNOWN_JSON:
        return value
    ours = events.WITHIN.get(name)
    if ours is not None and isinstance(value, dict):
        return _masked(value, ours, masker)
    if ours is not None and isinstance(value, list):
        return [
            _masked(one, ours, masker) if isinstance(one, dict) else masker.mask_value(one)
            for one in value
        ]
    return masker.mask_value(value)


def facts(raw: Line) -> Facts:
    """Facts from an event or facts.json; what is missing or marked unknown stays UNKNOWN."""
    known = {
        name: _fact(Facts.__annotations__[name], raw[name])
        for name in Facts.__struct_fields__
        if name in raw
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
    """A flat record from a mapping: lists become tuples, unknown keys are left out."""
    known = kind.__struct_fields__
    return kind(**{name: _flat(value) for name, value in raw.items() if name in known})


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return UNKNOWN if value == _UNKNOWN_JSON else value
