"""Answers for programs as JSON text: whatever a host made us hold, in a form that can be printed.

msgspec's own encoder refuses a lone surrogate, writes NaN as null and some numbers in other
letters than earlier releases did, so Python's spells the values, and msgspec sees to types.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from onramp.text.sanitize import spelled_out


def indented(answer: Any) -> str:
    """A Struct, or a list of them, to print: ASCII only, without a newline at its end."""
    return json.dumps(msgspec.to_builtins(answer), indent=2)


def readable(answer: Any) -> str:
    """The same for a file: letters as they are, what is unseen as escapes, a newline at its end.

    Indented by msgspec, which takes a tenth of the time Python's own does.
    """
    compact = json.dumps(msgspec.to_builtins(answer), ensure_ascii=False)
    shown = msgspec.json.format(compact.encode("utf-8", "replace"), indent=2)
    return spelled_out(shown.decode()) + "\n"


def from_json(text: str) -> Any:
    """What `json.loads` gives, but text in it can be written down: no half of a surrogate pair.

    Raises ValueError and RecursionError.
    """
    value = json.loads(text)
    if "\\ud" in text or "\\uD" in text:
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value
