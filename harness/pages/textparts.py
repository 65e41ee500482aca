"""The sections of report.md as HTML, so that no sentence of the form is written twice.

A page has tables, pain points and steps of its own; what stands for them in the Markdown is left
out here. Raw HTML and pictures are switched off: what a host printed stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from harness.pages.words import slug

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Part:
    """A section as written: its heading, and the lines below it."""

    title: str
    source: str

    @property
    def id(self) -> str:
        return slug(self.title)


def sections(source: str) -> list[Part]:
    """The parts under `## …`; what stands before the first of them is left out."""
    return list(_split(source, "## "))[1:]


def html(
    part: Part, *, without: Callable[[str], bool] | None = None, tables: bool = True
) -> Markup:
    """A section's text. `without` names sub-headings (`### …`) the page says in its own way."""
    from markupsafe import Markup

    kept = [
        one.source if not one.title else f"### {one.title}\n\n{one.source}"
        for one in _split(part.source, "### ")
        if not (without and one.title and without(one.title))
    ]
    text = "\n\n".join(kept)
    return Markup(_html(text if tables else "\n".join(_untabled(text))))


def _split(source: str, heading: str) -> Iterator[Part]:
    """At headings of that level outside fences; first what stands before any."""
    title, fence = "", ""
    lines: list[str] = []
    for line in source.split("\n"):
        fence = _fenced(line, fence)
        if line.startswith(heading) and not fence:
            yield Part(title, "\n".join(lines))
            title, lines = line[len(heading) :].strip(), []
        else:
            lines.append(line)
    yield Part(title, "\n".join(lines))


def _untabled(source: str) -> Iterator[str]:
    """The lines of Markdown of ours that belong to no table."""
    fence = ""
    for line in source.split("\n"):
        fence = _fenced(line, fence)
        if fence or not line.startswith("|"):
            yield line


def _fenced(line: str, fence: str) -> str:
    """The fence we are in after this line, or nothing."""
    mark = _FENCE.match(line)
    if mark and not fence:
        return mark[1]
    closes = mark and mark[1].startswith(fence) and not line.strip(" `~")
    return "" if closes else fence


@lru_cache(maxsize=512)
def _html(source: str) -> str:
    """Cached: of many hosts, most have the same open questions."""
    shown = _parser().parse(source)
    for token in shown:
        if token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)  # the page's policy allows none
        if token.type == "th_open":
            token.attrSet("scope", "col")
    made = _parser().renderer.render(shown, _parser().options, {})
    made = made.replace("<table>", '<div class="wide" tabindex="0" role="region" '
                        'aria-label="Table">\n<table>')  # fmt: skip
    return str(made.replace("</table>", "</table>\n</div>"))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def load() -> None:
    """Fetches the library ahead of use."""
    _parser()
