"""The catalogue's wordings, looked for all at once. Pure.

Hundreds of patterns over a log of ten megabytes would take a minute one after the other. RE2
(https://github.com/google/re2/wiki/Syntax) finds in one pass which of them can match at all, and
matches in time linear in the text, whatever somebody's host printed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any, Final

import re2
from msgspec import Struct

AROUND: Final = 16_384  # bytes kept on either side of a match in a long text
LONG: Final = 4 * AROUND
WORDS: Final = 240  # bytes of the line that are quoted

SHORT: Final = 100_000  # bytes of a text for which it does not pay to compile all patterns

FEW: Final = 8  # texts for which it does not, either

Error = re2.error
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|\((?:\?[:a-zA-Z]*:?)?|.", re.DOTALL
)
_ESCAPED = re.compile(r"\\[^a-zA-Z0-9]")
_NOT_FIXED = re.compile(
    r"\[(?:\\.|[^\]\\])*\]|\\[a-zA-Z]|\{[\d,]+\}|\(\?[:a-z]+|[()^$*+?.]|\\(?=\W)"
)


class Hit(Struct, frozen=True):
    """The line where a wording first stands: `line` counts from 0 in `part` (None: the whole)."""

    words: str
    line: int
    in_whole: int  # the same line, counted in the whole text
    part: str | None


@functools.cache
def _one(pattern: str) -> Any:
    return re2.compile(f"(?m){pattern}", _OPTIONS)


class Wordings:
    """Patterns that are looked for together. Raises Error for one that RE2 does not take.

    To compile hundreds takes longer than to read a page: for the first short texts only those are
    compiled whose own words stand in them.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(patterns)
        self._asked = 0

    @functools.cached_property
    def _words(self) -> tuple[tuple[bytes, ...], ...]:
        return tuple(required(pattern) for pattern in self._patterns)

    @functools.cached_property
    def _filter(self) -> Any:
        every: Any = re2.Filter()
        for pattern in self._patterns:
            every.Add(f"(?m){pattern}", _OPTIONS)
        every.Compile()
        return every

    def standing(self, text: bytes) -> frozenset[int]:
        """The indices of the patterns that match somewhere in `text` (UTF-8)."""
        if not text or not self._patterns:
            return frozenset()
        self._asked += 1
        if len(text) > SHORT or self._asked > FEW:
            return frozenset(self._filter.Match(text) or ())
        likely = (i for i, words in enumerate(self._words) if any(word in text for word in words))
        return frozenset(i for i in likely if _one(self._patterns[i]).search(text))

    def first(self, index: int, text: bytes) -> Hit | None:
        """The first place where one stands; of a long text only the lines around it are kept."""
        match = _one(self._patterns[index]).search(text)
        if match is None:
            return None
        start, end = match.span()
        line_begin = max(text.rfind(b"\n", 0, start) + 1, start - WORDS // 2)
        line = text[line_begin : line_begin + WORDS].partition(b"\n")[0]
        words = line.decode("utf-8", "replace").strip()
        in_whole = text.count(b"\n", 0, start)
        if len(text) <= LONG:
            return Hit(words, in_whole, in_whole, None)
        begin = text.rfind(b"\n", 0, max(0, start - AROUND)) + 1
        part = text[begin : end + AROUND].decode("utf-8", "replace")
        return Hit(words, text.count(b"\n", begin, start), in_whole, part)


@functools.lru_cache(maxsize=64)
def compiled(patterns: tuple[str, ...]) -> Wordings:
    """The same patterns are compiled once."""
    return Wordings(patterns)


def required(pattern: str) -> tuple[bytes, ...]:
    """Words of which one stands in whatever the pattern matches: of each alternative the longest
    that is given. An empty one where an alternative has none: it stands anywhere."""
    if "(?i" in pattern:
        return (b"",)
    return tuple(_longest(part).encode() for part in _alternatives(pattern))


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at its outermost bars, and what stands in groups left open."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(pattern):
        depth += token.startswith("(")
        if token == "|" and not depth:
            parts.append("")
        elif not depth:
            parts[-1] += token
        elif token == ")":
            depth -= 1
            parts[-1] += "." if not depth else ""
    return parts


def _longest(part: str) -> str:
    """The longest run of given characters; one that may be missing ends it."""
    runs, run = [], ""
    for token in _TOKEN.findall(part):
        if token[0] in "?*{":
            runs.append(run[:-1])
            run = ""
        elif len(token) == 1 and token not in "^$.+" or _ESCAPED.fullmatch(token):
            run += token[-1]
        else:
            runs.append(run)
            run = ""
    return max((*runs, run), key=len)


@functools.cache
def fixed(pattern: str) -> int:
    """How many characters of a wording are given: of alternatives those of the longest."""
    return max(len(part) for part in given(pattern).split("|"))


def given(pattern: str) -> str:
    """A wording's own words, without what is left open."""
    return _NOT_FIXED.sub("", pattern)
