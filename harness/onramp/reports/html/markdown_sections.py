"""The sections of report.md as HTML, so that no sentence of the form is written twice.

A page has tables, pain points and steps of its own; what stands for them in the Markdown is left
out here, and links to it lead to the page's own. Raw HTML and pictures are switched off: what a
host printed stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from onramp.reports.html.filters import slug
from onramp.text.markdown import anchor
from onramp.text.sanitize import plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRAGMENT = re.compile(r'<a href="#([^"]*)"')
_BLOCK = '<pre tabindex="0" role="region" aria-label="Lines to copy">'
_REGION = '<div class="wide" tabindex="0" role="region" aria-label="Table">\n<table>'


@dataclass(frozen=True, slots=True)
class Part:
    """A section as written: its heading, and the lines below it."""

    title: str
    source: str

    @property
    def id(self) -> str:
        return slug(self.title)

    @property
    def anchor(self) -> str:
        """The fragment that Markdown's readers give the heading."""
        return anchor(self.title)

    @property
    def parts(self) -> list[Part]:
        """What stands under its sub-headings; first, without a title, what stands before."""
        return list(_split(self.source, "### "))

    @property
    def has_table(self) -> bool:
        return len(list(_untabled(self.source))) < self.source.count("\n") + 1


def sections(source: str) -> list[Part]:
    """The parts under `## …`; what stands before the first of them is left out."""
    return list(_split(plain(source), "## "))[1:]


def html(
    part: Part,
    anchors: Mapping[str, str],
    *,
    without: Callable[[str], bool] = lambda title: False,
    tables: bool = True,
) -> Markup:
    """A section's text, but for the sub-headings that `without` names.

    `anchors` has the id on the page of each heading's fragment; other fragments lead to its top.
    """
    from markupsafe import Markup

    made = "".join(
        _piece(one, anchors, tables) for one in part.parts if not (one.title and without(one.title))
    )
    return Markup(_FRAGMENT.sub(lambda found: _local(found[1], anchors), made))


def _piece(part: Part, anchors: Mapping[str, str], tables: bool) -> str:
    text = part.source if tables else "\n".join(_untabled(part.source))
    made = _html(f"### {part.title}\n\n{text}" if part.title else text)
    id = anchors.get(part.anchor) if part.title else None
    return made.replace("<h3>", f'<h3 id="{id}">', 1) if id else made


def _local(fragment: str, anchors: Mapping[str, str]) -> str:
    return f'<a href="#{anchors.get(unquote(fragment), "main")}"'


def _split(source: str, heading: str) -> Iterator[Part]:
    """At headings of that level outside fences; first what stands before any."""
    if heading not in source:
        yield Part("", source)
        return
    title = ""
    lines: list[str] = []
    for line, fenced in _lines(source):
        if line.startswith(heading) and not fenced:
            yield Part(title, "\n".join(lines))
            title, lines = line[len(heading) :].strip(), []
        else:
            lines.append(line)
    yield Part(title, "\n".join(lines))


def _untabled(source: str) -> Iterator[str]:
    """The lines of Markdown of ours that belong to no table."""
    for line, fenced in _lines(source):
        if fenced or not line.startswith("|"):
            yield line


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands in a fence; the line that closes one does not."""
    fence = ""
    for line in source.split("\n"):
        if "`" in line or "~" in line:
            fence = _fenced(line, fence)
        yield line, bool(fence)


def _fenced(line: str, fence: str) -> str:
    """The fence we are in after this line, or nothing."""
    mark = _FENCE.match(line)
    if mark and not fence:
        return mark[1]
    closes = mark and mark[1].startswith(fence) and not line.strip(" `~")
    return "" if closes else fence


@lru_cache(maxsize=1024)
def _html(source: str) -> str:
    """Cached: of many hosts, most have the same open questions."""
    shown = _parser().parse(source)
    for token in shown:
        if token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)  # the page's policy allows none
        if token.type == "th_open":
            token.attrSet("scope", "col")
    made = str(_parser().renderer.render(shown, _parser().options, {}))
    made = made.replace("<pre>", _BLOCK)
    return made.replace("<table>", _REGION).replace("</table>", "</table>\n</div>")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def load() -> None:
    """Fetches the library ahead of use."""
    _parser()
