"""Jinja2, set up so that nothing is trusted; and the frame round every page.

The page's policy names its style and its scripts by their hashes, so that nothing else runs or
paints even where something slipped through (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from onramp.reports.html import filters as words
from onramp.text.humanize import counted, duration, in_words
from onramp.text.sanitize import one_line, plain

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).with_name("templates")
_PLACE = "\0piece\0"  # where it goes; no value has that, as `plain` drops control characters


class Piece(Struct, frozen=True):
    """A part of a page made elsewhere, with a style and a script; its maker vouches for the HTML.

    `script_src` and `style_src` are what it needs of the page's policy.
    """

    html: Sequence[str] = ()  # in pieces, one after the other
    style: str = ""
    script: str = ""
    script_src: tuple[str, ...] = ()
    style_src: tuple[str, ...] = ()


def rendered(
    template: str, *, scripts: Sequence[str], piece: Piece | None = None, **given: Any
) -> str:
    """A whole page: `template` filled in, with the style of all pages and these scripts as one.

    `piece` is there for the template under that name. It is large, and each value a template
    prints is copied several times: so it takes its place when all else is done.
    """
    style, code = asset("page.css"), "".join(map(asset, ("page.js", *scripts)))
    more = piece or Piece()
    made = (
        environment()
        .get_template(template)
        .generate(
            styles=[own(text) for text in (style, more.style) if text],
            scripts=[own(text) for text in (code, more.script) if text],
            policy=policy([style], [code], more),
            piece=own(_PLACE) if piece else None,
            **given,
        )
    )
    parts = list(made)
    if piece:
        place = parts.index(_PLACE)
        parts[place : place + 1] = piece.html
    return "".join(parts)


def policy(styles: Sequence[str], scripts: Sequence[str], piece: Piece) -> str:
    """What a page may do: its own styles and scripts, no request, no frame, no form."""
    style_src = " ".join([*map(hash_source, styles), *piece.style_src])
    script_src = " ".join([*map(hash_source, scripts), *piece.script_src])
    return (
        f"default-src 'none'; style-src {style_src}; script-src {script_src}; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def environment(folder: Path = _FOLDER) -> Environment:
    """Everything a template prints is made harmless, then escaped; a name misspelt is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from onramp.reports.html import compiled_templates

    made = Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        bytecode_cache=compiled_templates.kept(folder),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "line": one_line,
        "inline": words.inline,
        "duration": duration,
        "brief": words.brief,
        "mark": words.mark,
        "said": in_words,
        "kind": words.kind,
        "web_link": words.web_link,
        "ended": words.ended,
    }
    made.globals |= {"counted": counted}
    return made


def load() -> None:
    """Everything that takes time once: Jinja2, and the templates compiled."""
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)


def _harmless(value: Any) -> Any:
    return plain(value) if type(value) is str else value


@cache
def asset(name: str) -> str:
    """A style or a script of ours."""
    return (_FOLDER / name).read_text("utf-8")


def own(text: str) -> Any:
    """A file of ours, put into a page as it is."""
    from markupsafe import Markup

    return Markup(text)


@cache
def hash_source(text: str) -> str:
    """What names this style or script in a Content-Security-Policy."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
