"""A pasted text read in the ways it may have been meant. Pure, linear.

The first reading is the text itself; each further one undoes what some program did to it. Wordings
are looked for in all of them, so that a reading that guesses wrong takes nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from onramp.text.pasted import heads, undoing, wrapping
from onramp.text.pasted.heads import Place

LONG: Final = 1_000_000  # characters from which a text is read without heads only


class Reading(Struct, frozen=True):
    """One way to read the text. `steps`: whose wordings count; `lines` (None: the text's own) has
    the number of the pasted line that each of its own comes from."""

    text: str
    steps: tuple[str, ...] = ("",)
    lines: Sequence[int] | None = None

    def line(self, index: int) -> int:
        return index if self.lines is None else self.lines[min(index, len(self.lines) - 1)]


class Pasted(Struct, frozen=True, dict=True):
    """A text, and its readings, the plainest first."""

    text: str
    readings: tuple[Reading, ...]

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def place(self, line: int) -> Place:
        """Where the pasted line of this number was printed."""
        return heads.place(self._lines[line])


def read(text: str) -> Pasted:
    """`text` as somebody pasted it, its lines ended alike."""
    text = undoing.folded(text)
    bare = heads.without_heads(text, likely=len(text) > LONG)
    readings = [Reading(one) for one in _without_heads(text, bare)]
    rows = wrapping.unwrapped(text, bare)
    strings = undoing.undone(bare)
    strings += [(rows[at][0], line) for at, line in undoing.undone(undoing.joined(rows))]
    readings += [_sparse(more) for more in (rows, strings) if more]
    built = heads.builder_lines(bare)
    if built:
        readings.append(_sparse(built, ("build",)))
    served = heads.service_lines(text, bare)
    if served:
        readings.append(_sparse(served, ("up", "verify")))
    return Pasted(text, tuple(readings))


def _without_heads(text: str, bare: str) -> list[str]:
    """The text, without heads, to the left, without what may be heads; of a long one the last."""
    if len(text) > LONG:
        return [bare]
    barer = heads.without_heads(bare, likely=True)
    return list(dict.fromkeys((text, bare, _dedented(bare), barer)))


def _sparse(rows: Sequence[tuple[int, str]], steps: tuple[str, ...] = ("",)) -> Reading:
    lines = [number for number, text in rows for _ in range(text.count("\n") + 1)]
    return Reading(undoing.joined(rows), steps, lines)


def _dedented(text: str) -> str:
    """Blocks of lines indented by four or more, as far to the left as they go together."""
    if "\n    " not in text and not text.startswith("    "):
        return text
    block: list[str] = []
    done: list[str] = []
    for line in text.split("\n"):
        if not line or line.startswith("    "):
            block.append(line)
        else:
            done += _to_the_left(block)
            block = []
            done.append(line)
    return "\n".join([*done, *_to_the_left(block)])


def _to_the_left(block: list[str]) -> list[str]:
    least = min((len(line) - len(line.lstrip(" ")) for line in block if line.strip()), default=0)
    return [line[least:] for line in block]
