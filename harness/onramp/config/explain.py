"""What msgspec finds wrong with a file of a user's, said in one line and in YAML's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from onramp.config import suggest
from onramp.errors import UsageError

_PLAIN: Final = (  # msgspec's words for types, and YAML's
    (r"str matching regex .*", "ASCII text beginning with /, without spaces"),
    (r"\bObject missing\b", "missing"),
    (r"\barray\b", "a list"),
    (r"\bobject\b", "a mapping"),
    (r"\bstr\b", "text"),
    (r"\bint\b", "a whole number"),
    (r"\bfloat\b", "a number"),
    (r"\bbool\b", "true or false"),
    (r" \| null|\bnull \| ", ""),
    (r"\bnull\b", "nothing"),
    (r"\bOpaque\b", "a tagged value"),
    (r" \| ", " or "),
)


def explained(message: str, where: str, kinds: Mapping[str, Any]) -> UsageError:
    """What msgspec found, in YAML's words; `kinds` has the struct at each place, "" at the top."""
    what, _, path = message.partition(" - at `")
    place = path.rstrip("`").removeprefix("key in ").removeprefix("$").lstrip(".")
    unknown = re.search(r"unknown field `(.*)`", what, re.DOTALL)
    if not unknown:
        what = what.replace("`", "")
        for jargon, plain in _PLAIN:
            what = re.sub(jargon, plain, what)
        return UsageError(f"{where}: {place + ': ' if place else ''}{what[:1].lower()}{what[1:]}")
    kind = kinds.get(re.sub(r"\[.*", "", place)) or kinds[""]
    known = [field.name for field in msgspec.structs.fields(kind)]
    brief = f"{where}: {place + ': ' if place else ''}unknown key {suggest.quoted(unknown[1])}"
    return UsageError(brief, resolution=suggest.hint(unknown[1], known, noun="known are"))
