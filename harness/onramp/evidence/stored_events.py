"""Events as a file has them, whatever became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onramp.evidence.event_types import cleaned
from onramp.text.json_text import from_json


def parsed(raw: bytes) -> list[dict[str, Any]]:
    """Torn lines, wrong types and bytes that are no UTF-8 do no harm."""
    events = []
    for text in raw.decode("utf-8", "replace").split("\n"):
        try:
            event = from_json(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            events.append(cleaned(event))
    return events


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events of `path`; torn lines, wrong types and bytes that are no UTF-8 do no harm.

    Raises OSError.
    """
    return parsed(path.read_bytes())
