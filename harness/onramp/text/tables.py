"""What is told to people, as text for a terminal and as Markdown for a page, from one source. Pure.

A block is a heading, a sentence and a table of cells in which backticks mark code and two stars
round a whole cell make it stand out. What was remote text is quoted as code on one line before it
gets into a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final

from msgspec import Struct

from onramp.text import markdown as md

WIDTH: Final = 100


class Block(Struct, frozen=True):
    """A part of the page: any of heading (of a level), sentence and table may be empty."""

    heading: str = ""
    level: int = 2
    sentence: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def text(blocks: Iterable[Block]) -> str:
    """For a terminal: tables as columns."""
    parts = []
    for block in blocks:
        lines = [block.heading] if block.heading else []
        lines += wrap(block.sentence, WIDTH, break_on_hyphens=False)
        lines += _columns(block.head, block.rows)
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def markdown(blocks: Iterable[Block]) -> str:
    """For a page or a CI job's summary."""
    parts = []
    for block in blocks:
        parts += [f"{'#' * block.level} {md.prose(block.heading)}"] if block.heading else []
        parts += [md.prose(block.sentence)] if block.sentence else []
        if block.rows:
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            parts.append(md.table(block.head, rows))
    return "\n\n".join(parts) + "\n"


def _cell(words: str) -> str:
    plain = _unmarked(words)
    return md.prose(words) if plain == words else f"**{md.prose(plain)}**"


def _unmarked(words: str) -> str:
    return words[2:-2] if words.startswith("**") else words


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    every = [[_unmarked(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(head))]
    return [
        "  "
        + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    ]
