"""JSON Schema (draft 2020-12) from types, by msgspec, in the shape in which they are published.

What Onramp writes has every key always, so every key is required but those marked with UNSET.
Keys that are not named are allowed: a later release may add some, and that breaks no reader.
"""

from __future__ import annotations

import inspect
import operator
import types
from collections.abc import Collection, Iterator, Mapping
from functools import reduce
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from onramp.model.unknown import Unknown

Schema = dict[str, Any]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_REF: Final = "#/$defs/{name}"
UNKNOWN: Final[Schema] = {
    "title": "Unknown",
    "description": "Asked, and not answered.",
    "type": "object",
    "properties": {"unknown": {"const": True}},
    "required": ["unknown"],
    "additionalProperties": False,
}


def document(kind: Any, title: str, description: str) -> Schema:
    """The schema of one file or answer; it refers to nothing outside itself."""
    (whole,), parts = msgspec.json.schema_components([kind], ref_template=_REF)
    return assembled(whole, parts, title, description)


def assembled(whole: Schema, parts: Mapping[str, Schema], title: str, description: str) -> Schema:
    """The same, of a schema and the parts it refers to."""
    head = {"$schema": DRAFT, "title": title, "description": description}
    found: Schema = {**head, **whole, "$defs": dict(sorted(parts.items()))}
    _all_required(found)
    _clean_descriptions(found)
    return found


def facts(kind: type[Any], without: Collection[str] = ()) -> tuple[Schema, dict[str, Schema]]:
    """A record whose fields may be UNKNOWN, which JSON has as `{"unknown": true}`; its parts.

    A file may be `without` some of them.

    msgspec knows no union of several kinds of objects, so each field's known part goes to it alone.
    """
    parts: dict[str, Schema] = {"Unknown": UNKNOWN}
    properties = {}
    for name, hint in get_type_hints(kind).items():
        known, may_be_unknown = _known(hint)
        inner = _inner(known)
        if inner is not None:
            whole, more = facts(inner)
            parts |= {**more, inner.__name__: whole}
            shape: Schema = {"type": "array", "items": {"$ref": _REF.format(name=inner.__name__)}}
        else:
            (shape,), _ = msgspec.json.schema_components([known], ref_template=_REF)
        unknown = {"$ref": _REF.format(name="Unknown")}
        properties[name] = {"anyOf": [shape, unknown]} if may_be_unknown else shape
    title = kind.__name__
    said = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    whole = {"title": title, "description": said, "type": "object", "properties": properties}
    return {**whole, "required": [name for name in properties if name not in without]}, parts


def objects(schema: Any) -> Iterator[Schema]:
    """Every schema of an object with named keys, at any depth."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


def _all_required(schema: Schema) -> None:
    for entry in objects(schema):
        always = set(entry.get("required", ()))
        for name, inner in entry["properties"].items():
            if isinstance(inner, dict) and "default" in inner:
                del inner["default"]
                always.add(name)
        entry["required"] = [name for name in entry["properties"] if name in always]


def _clean_descriptions(schema: Any) -> None:
    """Docstrings without the indentation that Python before 3.13 keeps in them."""
    if isinstance(schema, dict):
        if isinstance(said := schema.get("description"), str):
            schema["description"] = inspect.cleandoc(said)
        for inner in schema.values():
            _clean_descriptions(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _clean_descriptions(inner)


def _known(hint: Any) -> tuple[Any, bool]:
    """A field's type without Unknown, and whether that was part of it."""
    if get_origin(hint) not in (types.UnionType, Union) or Unknown not in get_args(hint):
        return hint, False
    rest = (one for one in get_args(hint) if one is not Unknown)
    return reduce(operator.or_, rest), True


def _inner(hint: Any) -> type[Any] | None:
    """The record a tuple consists of, if it is one."""
    first = next(iter(get_args(hint)), None)
    return first if isinstance(first, type) and issubclass(first, msgspec.Struct) else None
