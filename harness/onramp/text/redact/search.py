"""Where known names stand in a text, however they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from onramp.text import masking

_WORDY: Final = re.compile(r"[^\W\d_]+\Z")
_HEAD: Final = 4  # characters by which names are found in an index
_LONG: Final = 20_000  # characters of a text from which on looking for each name is quicker


class SearchTerm(Struct, frozen=True):
    """Something to look for. `exact`: in this spelling only; `bounded`: not inside a word."""

    needle: str
    stand_in: str
    exact: bool
    bounded: bool


def needles(kind: str, value: str, stand_in: str) -> Iterator[SearchTerm]:
    """What to look for: the name itself, and every way it may be written down."""
    private = kind in ("secret", "key")
    if kind in ("v4", "v6", "mac"):
        yield SearchTerm(value, stand_in, exact=False, bounded=True)
    else:
        wordy = bool(_WORDY.match(value)) or len(value) < 6
        yield SearchTerm(value, stand_in, exact=private, bounded=wordy)
    if len(value) >= masking.SHORT + 2 or private:
        for form in sorted(masking.forms(value) - {value}):
            if form.strip("'\"") != value:
                yield SearchTerm(form, stand_in, exact=True, bounded=len(form) < 6)


class Needles:
    """Many names to look for at once."""

    def __init__(self) -> None:
        self._all: dict[str, SearchTerm] = {}
        self._by_head: dict[str, list[SearchTerm]] = {}

    def add(self, needle: SearchTerm) -> None:
        """One more; the first of two with the same spelling stays."""
        key = needle.needle if needle.exact else lower(needle.needle)
        if key not in self._all:
            self._all[key] = needle
            self._by_head.setdefault(lower(key)[:_HEAD], []).append(needle)

    def all(self) -> list[SearchTerm]:
        """Every name, in the order they became known."""
        return list(self._all.values())

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where they stand in `text`, and what is to stand there: start, end, stand-in."""
        lowered = lower(text)
        for needle in self.all() if len(text) > _LONG else self._likely(lowered):
            for start, end in found(needle, text, lowered):
                yield start, end, needle.stand_in

    def _likely(self, lowered: str) -> Iterator[SearchTerm]:
        heads = {
            lowered[at : at + size] for size in range(1, _HEAD + 1) for at in range(len(lowered))
        }
        for head in heads & self._by_head.keys():
            yield from self._by_head[head]


def found(name: SearchTerm, text: str, lowered: str | None = None) -> Iterator[tuple[int, int]]:
    place, needle = (
        (text, name.needle) if name.exact else (lowered or lower(text), lower(name.needle))
    )
    at = place.find(needle)
    while at >= 0:
        end = at + len(needle)
        inside = name.bounded and (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if not inside:
            yield at, end
        at = place.find(needle, at + 1)


def lower(text: str) -> str:
    """In lower case, each character in its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(
        char.lower() if len(char.lower()) == 1 else char for char in text
    )  # fmt: skip


def merged(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Spans that overlap as one, standing for the longest of them, so that no tail is left."""
    ordered = sorted(spans, key=lambda span: (span[0], -span[1]))
    start, end, stand_in = ordered[0]
    longest = end - start
    for next_start, next_end, next_stand_in in ordered[1:]:
        if next_start >= end:
            yield start, end, stand_in
            start, end, stand_in, longest = (
                next_start,
                next_end,
                next_stand_in,
                next_end - next_start,
            )
            continue
        end = max(end, next_end)
        if next_end - next_start > longest:
            stand_in, longest = next_stand_in, next_end - next_start
    yield start, end, stand_in
