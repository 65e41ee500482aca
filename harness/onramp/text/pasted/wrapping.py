"""Lines that a terminal or an editor broke at its width, read as the one they were. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from onramp.text.pasted.heads import head_of

_WIDTHS: Final = frozenset({79, 80, 100, 120, 132})
_NARROWEST, _WIDEST = 60, 260
_MOST_LINES: Final = 40  # that were one
_MOST: Final = 500_000  # characters of a text that is looked at; wrapped ones are short


def unwrapped(raw: str, text: str) -> list[tuple[int, str]]:
    """Runs of lines that were one, joined, each with the number of its first line.

    `raw` are the lines as they were pasted, which tells their width; `text` the same without
    heads, which is joined.
    """
    if len(raw) > _MOST or "\n" not in raw:
        return []
    shown, lines = raw.split("\n"), text.split("\n")
    widths = _widths([len(line) for line in shown])
    if not widths or len(shown) != len(lines):
        return []
    found: list[tuple[int, str]] = []
    index = 0
    while index < len(lines) - 1:
        last = index
        while last < min(len(lines) - 1, index + _MOST_LINES) and _goes_on(shown, last, widths):
            last += 1
        if last > index:
            found += [(index, one) for one in _joined(lines[index : last + 1])]
        index = max(last, index + 1)
    return found


def _joined(run: list[str]) -> Iterator[str]:
    """A terminal breaks anywhere; an editor between words, and the space is gone."""
    yield "".join(run)
    yield " ".join(line.rstrip(" ") for line in run)


def _widths(lengths: list[int]) -> frozenset[int]:
    """Those a text may have been broken at: the usual ones, and where its longest lines end."""
    fitting = {length for length in lengths if _NARROWEST <= length <= _WIDEST}
    if not fitting:
        return frozenset()
    again = {a for a, b in zip(lengths, lengths[1:], strict=False) if a == b}
    return frozenset({max(fitting), *fitting & (again | _WIDTHS)})


def _goes_on(shown: list[str], index: int, widths: frozenset[int]) -> bool:
    """Whether the next line is the rest of this one: it ends at the width, or where its next word
    would not have fitted."""
    line, after = shown[index], shown[index + 1]
    head = head_of(after)
    if not after.strip() or (head and not line.startswith(head)):
        return False
    if len(line) in widths:
        return True
    width = max(widths)
    word = after[len(head) :].split(" ", 1)[0]
    return 0.6 * width <= len(line) < width < len(line.rstrip()) + 1 + len(word)
