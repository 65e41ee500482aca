"""The sections of report.md as HTML, so that no sentence of the form is written twice.

A page has tables, pain points and steps of its own; what stands for them in the Markdown is left
out here. Raw HTML and pictures are switched off: what a host printed stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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


def html(part: Part, *, without: Callable[[str], bool] | None = None, tables: bool = True) -> Markup:
    """A section's text. `without` names sub-headings (`### …`) the page says in its own way."""
    from markupsafe import Markup

    kept = [
        one.source if not one.title else f"### {one.title}\n\n{one.source}"
        for one in _split(part.source, "### ")
        if not (without and one.title and without(one.title))
    ]
    return Markup(_html("\n\n".join(kept), tables))


def _split(source: str, heading: str) -> Iterator[Part]:
    """At headings of that level outside fences; first what stands before any."""
    title, lines, fence = "", [], ""
    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        if line.startswith(heading) and not fence:
            yield Part(title, "\n".join(lines))
            title, lines = line[len(heading) :].strip(), []
        else:
            lines.append(line)
    yield Part(title, "\n".join(lines))


def _html(source: str, tables: bool) -> str:
    tokens = _parser().parse(source)
    shown = tokens if tables else list(_without_tables(tokens))
    for token in shown:
        if token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)  # the page's policy allows none
        if token.type == "th_open":
            token.attrSet("scope", "col")
    made = _parser().renderer.render(shown, _parser().options, {})
    made = made.replace("<table>", '<div class="wide" tabindex="0" role="region" '
                        'aria-label="Table">\n<table>')  # fmt: skip
    return str(made.replace("</table>", "</table>\n</div>"))


def _without_tables(tokens: Sequence[object]) -> Iterator[object]:
    inside = False
    for token in tokens:
        kind = getattr(token, "type", "")
        inside = inside or kind == "table_open"
        if not inside:
            yield token
        inside = inside and kind != "table_close"


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def load() -> None:
    """Fetches the library ahead of use."""
    _parser()
