"""Reads a stack's `requirements.yml`: what a team needs of a deployment tool, each with its probe.

A file of this name may be somebody else's, above all Ansible Galaxy's (a list, or a mapping with
`roles` or `collections`): that one is left alone, and copied with the stack like any other file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from onramp.config import suggest
from onramp.errors import UsageError
from onramp.model.stack import Requirement

FILE_NAME: Final = "requirements.yml"
MOST: Final = 100
_GALAXY: Final = frozenset({"roles", "collections"})
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID: Final = 40


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement, as its author writes it."""

    id: str
    title: str
    why: str
    probe: str
    timeout_s: Annotated[float, Meta(gt=0, le=3_600)] = 30.0
    shown: str = ""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of requirements.yml."""

    requirements: list[Need] = []


KINDS: Final[Mapping[str, Any]] = {"": File, "requirements": Need}  # for words about mistakes


def is_ours(raw: Any) -> bool:
    """Whether this is a list of requirements, or meant to be one."""
    if isinstance(raw, list):
        return any(isinstance(row, Mapping) and "probe" in row for row in raw)
    return not (isinstance(raw, Mapping) and raw and raw.keys() <= _GALAXY)


def read(raw: Any, *, where: str) -> tuple[Requirement, ...]:
    """The requirements of a parsed file that is ours, in order; an empty file has none.

    Raises msgspec.ValidationError for another shape, and UsageError for what no shape rules out.
    """
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        found = suggest.kind(raw)
        raise UsageError(f"{where}: found {found}, expected a mapping with `requirements`")
    needs = msgspec.convert(raw, File).requirements
    if len(needs) > MOST:
        raise UsageError(f"{where}: found {len(needs)} requirements, expected {MOST} at most")
    for number, need in enumerate(needs):
        _check(need, f"{where}: requirements[{number}]")
        if need.id in {other.id for other in needs[:number]}:
            found = suggest.quoted(need.id)
            raise UsageError(f"{where}: requirements[{number}].id: {found} is given twice")
    return tuple(Requirement(**msgspec.structs.asdict(need)) for need in needs)


def _check(need: Need, where: str) -> None:
    if not _ID.fullmatch(need.id) or len(need.id) > _LONGEST_ID:
        raise UsageError(
            f"{where}.id: found {suggest.quoted(need.id)}, expected lower-case letters, digits "
            f"and single dashes, {_LONGEST_ID} characters at most"
        )
    for name, line in (("title", need.title), ("why", need.why.strip()), ("shown", need.shown)):
        if not line.isprintable():
            raise UsageError(f"{where}.{name}: found a control character, expected one line")
    for name, line in (("title", need.title), ("why", need.why), ("probe", need.probe)):
        if not line.strip():
            raise UsageError(f"{where}.{name}: found nothing, expected text")
    if "\0" in need.probe:
        raise UsageError(f"{where}.probe: found a NUL character, expected a shell script")
