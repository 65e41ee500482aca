"""Jinja2, set up so that nothing is trusted; and the frame round every page.

The page's policy names its style and its scripts by their hashes, so that nothing else runs or
paints even where something slipped through (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.pages import words
from harness.plain import one_line, plain
from harness.prose.wording import counted, duration

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).with_name("templates")


def rendered(template: str, *, script: str, **given: Any) -> str:
    """A whole page: `template` filled in, with the style of all pages and one script."""
    style = _asset("page.css")
    code = _asset("page.js") + _asset(script)
    page = environment().get_template(template)
    return page.render(style=_own(style), script=_own(code), policy=policy(style, code), **given)


def policy(style: str, *scripts: str, more: str = "") -> str:
    """What a page may do: its own style and scripts, no request, no frame, no form."""
    hashes = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {hashes}; "
        f"base-uri 'none'; form-action 'none'{more}"
    )


@cache
def environment() -> Environment:
    """Everything a template prints is made harmless, then escaped; a name misspelt is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "line": one_line,
        "inline": words.inline,
        "duration": duration,
        "brief": words.brief,
        "mark": words.mark,
        "said": words.said,
        "kind": words.kind,
        "web_link": words.web_link,
        "log_file": words.log_file,
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
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _own(text: str) -> Any:
    """A file of ours, put into a page as it is."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
