"""What a command printed, as HTML: its colours shown, nothing in it executed.

Of terminal escapes only SGR (colours, bold, …) means anything here; rich reads it. Each styled
stretch becomes a span with classes, as the page's policy allows no inline style; colours are those
of a terminal's sixteen, nearest match. All other escapes and control characters are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from onramp.text.sanitize import plain

if TYPE_CHECKING:
    from rich.ansi import AnsiDecoder
    from rich.color import Color
    from rich.console import Console
    from rich.style import Style

LINE_CHARACTERS: Final = 4000  # of one line; the rest is in the log file
_SGR: Final = re.compile(r"(\x1b\[[0-9;:]*m)")
_MARKS: Final = (("bold", "tb"), ("dim", "td"), ("italic", "ti"), ("underline", "tu"))


def html(text: str) -> str:
    """`text` as escaped HTML with spans of classes; lines end in newline characters."""
    if "\x1b" not in text:
        return _escaped(plain(text))
    decoder = _decoder()
    return "\n".join(_line(decoder, _cut(line)) for line in text.split("\n"))


def _line(decoder: AnsiDecoder, line: str) -> str:
    if "\x1b" not in line and not decoder.style:
        return _escaped(plain(line))
    return "".join(_spans(decoder, line))


def _spans(decoder: AnsiDecoder, line: str) -> Iterator[str]:
    last = line.rstrip("\r").rpartition("\r")[2]  # a progress bar starts its line over
    odd = enumerate(_SGR.split(last))
    clean = "".join(part if place % 2 else plain(part) for place, part in odd)
    for segment in decoder.decode_line(clean).render(_console(), end=""):
        words = _escaped(plain(segment.text))
        classes = _classes(segment.style) if segment.style else ""
        yield f'<span class="{classes}">{words}</span>' if classes and words else words


def _classes(style: Style) -> str:
    names = [name for field, name in _MARKS if getattr(style, field)]
    ink, paper = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
    names += [f"f{_number(ink)}"] if ink and not ink.is_default else []
    names += [f"b{_number(paper)}"] if paper and not paper.is_default else []
    return " ".join(names)


def _number(color: Color) -> int:
    """The nearest of the sixteen: 0 to 7 as they are called, 8 to 15 their bright ones."""
    from rich.color import ColorSystem

    return color.downgrade(ColorSystem.STANDARD).number or 0


def _escaped(text: str) -> str:
    if len(text) > LINE_CHARACTERS:
        text = "\n".join(map(_cut, text.split("\n")))
    return escape(text)


def _cut(line: str) -> str:
    return line if len(line) <= LINE_CHARACTERS else f"{line[:LINE_CHARACTERS]}…"


def _decoder() -> AnsiDecoder:
    from rich.ansi import AnsiDecoder

    return AnsiDecoder()


@cache
def _console() -> Console:
    """Text.render wants one for its styles' names; nothing is printed with it."""
    import io

    from rich.console import Console

    return Console(file=io.StringIO(), color_system="truecolor", width=80)
