"""The catalogue's wordings, looked for all at once. Pure.

Hundreds of patterns over a log of ten megabytes would take a minute one after the other. RE2
(https://github.com/google/re2/wiki/Syntax) finds in one pass which of them can match at all, and
matches in time linear in the text, whatever somebody's host printed.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import re2

AROUND: Final = 16_384  # bytes kept on either side of a match in a long text
LONG: Final = 4 * AROUND
WORDS: Final = 240  # bytes of the line that are quoted

Error = re2.error


@dataclass(frozen=True, slots=True)
class Hit:
    """The line where a wording first stands: `line` counts from 0 in `part` (None: the whole)."""

    words: str
    line: int
    part: str | None


class Wordings:
    """Patterns, compiled together. Raises Error for the first that RE2 does not take."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._filter: Any = re2.Filter()
        options = re2.Options()
        options.log_errors = False
        for pattern in patterns:
            self._filter.Add(f"(?m){pattern}", options)
        if patterns:
            self._filter.Compile()
        self._any = bool(patterns)

    def standing(self, text: bytes) -> frozenset[int]:
        """The indices of the patterns that match somewhere in `text` (UTF-8)."""
        return frozenset(self._filter.Match(text) or ()) if self._any and text else frozenset()

    def first(self, index: int, text: bytes) -> Hit | None:
        """The first place where one stands; of a long text only the lines around it are kept."""
        match = self._filter.re(index).search(text)
        if match is None:
            return None
        start, end = match.span()
        line_begin = max(text.rfind(b"\n", 0, start) + 1, start - WORDS // 2)
        line = text[line_begin : line_begin + WORDS].partition(b"\n")[0]
        words = line.decode("utf-8", "replace").strip()
        if len(text) <= LONG:
            return Hit(words, text.count(b"\n", 0, start), None)
        begin = text.rfind(b"\n", 0, max(0, start - AROUND)) + 1
        part = text[begin : end + AROUND].decode("utf-8", "replace")
        return Hit(words, text.count(b"\n", begin, start), part)


@functools.lru_cache(maxsize=64)
def compiled(patterns: tuple[str, ...]) -> Wordings:
    """The same patterns are compiled once."""
    return Wordings(patterns)
