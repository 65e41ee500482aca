"""A host's report as a small tree: sections, each of parts that say what they are. Pure.

report.md is all of it, one after the other; a page shows some parts in its own way, and knows them
by their kind. A part's text is Markdown that is safe to write down (text/markdown.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

Kind = Literal["", "table", "steps", "pains", "unexplained"]
Subject = Literal["", "procedure", "requirements", "experience", "evidence"]


class Part(Struct, frozen=True):
    """A piece of a section; with a title, it stands under a heading of its own."""

    text: str
    title: str = ""
    kind: Kind = ""


class Section(Struct, frozen=True):
    """`subject`: what a page has more to show of than text."""

    title: str
    parts: tuple[Part, ...]
    subject: Subject = ""


class Document(Struct, frozen=True):
    """`opening`: what stands before the first section, title and all."""

    opening: str
    sections: tuple[Section, ...]


def markdown(document: Document) -> str:
    """The whole as report.md has it."""
    below = [line for section in document.sections for line in _section(section)]
    return "\n\n".join([document.opening, *below]) + "\n"


def _section(section: Section) -> Sequence[str]:
    lines = [f"## {section.title}"]
    for part in section.parts:
        lines += [f"### {part.title}"] if part.title else []
        lines += [part.text] if part.text else []
    return lines
