"""The parts of a report's sections as HTML, so that no sentence of the form is written twice.

Raw HTML and pictures are switched off: what a host printed stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from onramp.reports.document import Part
from onramp.text.markdown import anchor
from onramp.text.sanitize import plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_FRAGMENT = re.compile(r'<a href="#([^"]*)"')
_BLOCK = '<pre tabindex="0" role="region" aria-label="Lines to copy">'
_REGION = '<div class="wide" tabindex="0" role="region" aria-label="Table">\n<table>'


def html(parts: Iterable[Part], anchors: Mapping[str, str]) -> Markup:
    """Parts one after the other.

    `anchors` has the id on the page of each heading's fragment; other fragments lead to its top.
    """
    from markupsafe import Markup

    made = "".join(_piece(part, anchors) for part in parts)
    return Markup(_FRAGMENT.sub(lambda found: _local(found[1], anchors), made))


def _piece(part: Part, anchors: Mapping[str, str]) -> str:
    text = plain(part.text)
    made = _html(f"### {plain(part.title)}\n\n{text}" if part.title else text)
    id = anchors.get(anchor(part.title)) if part.title else None
    return made.replace("<h3>", f'<h3 id="{id}">', 1) if id else made


def _local(fragment: str, anchors: Mapping[str, str]) -> str:
    return f'<a href="#{anchors.get(unquote(fragment), "main")}"'


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
