"""Markdown in which a host's own words stay words: they cannot break out, link, embed or format.

CommonMark and GitHub's tables (https://spec.commonmark.org, https://github.github.com/gfm/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from onramp.text.sanitize import one_line, plain

_SPECIAL = re.compile(r"([\\`*\[\]<>|~&])")
_EDGE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # inside a word it formats nothing
_ADDRESS = re.compile(r"(?i)(?:(?<=http)|(?<=https)|(?<=ftp)):(?=//)|(?<=www)\.")  # GitHub links it
_LINE_START = re.compile(r"^(\s*)(#{1,6}|[+-]|[=-]+|\d+[.)])(?=\s|$)")
_BAR = re.compile(r"(?<!\\)\|")
_TICKS = re.compile(r"`+")
FENCE_CHARACTERS = 8000  # what does not fit is in the log


def text(words: str, limit: int = 500) -> str:
    """Any text as plain words on one line, also inside a table."""
    return _escaped(one_line(words, limit))


@lru_cache(maxsize=4096)
def _escaped(line: str) -> str:
    """Cached, as every report says the same things again; what is kept is no longer than a line."""
    escaped = _EDGE.sub(r"\\_", _SPECIAL.sub(r"\\\1", line))
    return _LINE_START.sub(_shielded, _ADDRESS.sub(r"\\\g<0>", escaped))


def code(words: str, limit: int = 300) -> str:
    """Any text as inline code on one line; a dash where there is none."""
    line = one_line(words, limit)
    if not line:
        return "-"
    ticks = "`" * (max((len(run) for run in _TICKS.findall(line)), default=0) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def prose(sentence: str, limit: int = 1000) -> str:
    """One of our sentences, in which pairs of backticks mark code."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        return text(sentence, limit)
    return "".join(
        code(part, limit) if odd % 2 else _within(part, limit) for odd, part in enumerate(parts)
    ).strip()


def fence(words: str, info: str = "text") -> str:
    """Any text as a block; the fence is longer than any in it, so nothing in it can end it."""
    body = plain(words[: FENCE_CHARACTERS * 4])[:FENCE_CHARACTERS].strip("\n")
    longest = max((len(run) for run in _TICKS.findall(body)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{info}\n{body}\n{ticks}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already (made by the functions above)."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, cells))} |" for cells in lines)


def _cell(markdown: str) -> str:
    """A bar would begin another cell, also one within code, where a backslash stays elsewhere."""
    return _BAR.sub(r"\\|", markdown)


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def link(label: str, target: str) -> str:
    """A link to a file of ours, or to a page named in the catalogue."""
    safe = quote(target, safe="/:#?&=%~+,;@!$'*", errors="replace")
    return f"[{text(label)}]({safe})"


def anchor(heading: str) -> str:
    """The fragment of a heading on GitHub and its like: letters, digits and dashes of its words."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _within(part: str, limit: int) -> str:
    """A stretch between code: its outer spaces kept."""
    head = " " if part[:1].isspace() else ""
    tail = " " if part[-1:].isspace() and part.strip() else ""
    return f"{head}{text(part, limit)}{tail}"


def _shielded(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark[:-1]}\\{mark[-1]}"
