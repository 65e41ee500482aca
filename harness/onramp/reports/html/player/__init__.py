"""The player of a host's recording, as pieces of a page that opens from disk.

The player is asciinema's own, bundled (`vendor/README.md`). It lies inert in the page, like the
recording, until somebody presses Play; it never plays by itself and fetches nothing. Without
script only the link to the recording is left; in print nothing is.

A page with a strict policy has to allow what `policy()` says, and no more: the hashes of the
pieces, and `'wasm-unsafe-eval'`, since the player's terminal is WebAssembly (which allows no
`eval` of script). It needs neither `'unsafe-inline'` nor any address. A page that puts `style()` or
`script()` into an element of its own making needs that element's hash instead of theirs.
https://www.w3.org/TR/CSP3/#grammardef-wasm-unsafe-eval
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from itertools import repeat
from operator import sub
from pathlib import Path
from typing import Final

from msgspec import Struct

from onramp.reports.html.page_frame import hash_source
from onramp.text.humanize import duration

VENDOR: Final = Path(__file__).parent / "vendor"
_TIMES: Final = re.compile(r"^\[([^,]+),", re.M)  # of each row


class Policy(Struct, frozen=True):
    """Source expressions for a Content-Security-Policy."""

    script_src: tuple[str, ...]
    style_src: tuple[str, ...]


@cache
def style() -> str:
    """The text of one <style> of the page."""
    return _text(VENDOR / "asciinema-player.css") + _text(_here("replay.css"))


@cache
def script() -> str:
    """The text of one <script> after the snippet; it waits for somebody to press Play."""
    return _text(_here("replay.js"))


def snippet(cast: str, *, href: str = "terminal.cast") -> tuple[str, ...]:
    """The player of `cast` (asciicast v2) as HTML, once a page: in pieces, as they are large.

    Safe whatever the recording holds: its text lies in a script element of no script type, with
    every `<` escaped as JSON has it.
    """
    before, between, after = _snippet()
    said = before.format(about=html.escape(_about(cast)), href=html.escape(href))
    return said, cast.replace("<", "\\u003c"), between, _code(), after


@cache
def policy() -> Policy:
    """What the pieces need of a page's policy."""
    return Policy(
        script_src=("'wasm-unsafe-eval'", hash_source(script()), hash_source(_code())),
        style_src=(hash_source(style()),),
    )


def _about(cast: str) -> str:
    """How long it takes, pauses as short as a player makes them."""
    most = float(json.loads(cast.partition("\n")[0]).get("idle_time_limit") or 3600)
    times = [0.0, *map(float, _TIMES.findall(cast))]
    played_s = sum(map(min, repeat(most), map(sub, times[1:], times)))
    return f"{duration(played_s)} to watch"


@cache
def _code() -> str:
    return _text(VENDOR / "asciinema-player.min.js")


@cache
def _snippet() -> tuple[str, str, str]:
    """What stands before the recording, between it and the player's code, and after that."""
    before, _, rest = _text(_here("replay.html")).partition("{cast}")
    between, _, after = rest.partition("{code}")
    return before, between, after


def _here(name: str) -> Path:
    return Path(__file__).with_name(name)


def _text(path: Path) -> str:
    """As a browser reads it, so that hashes agree."""
    return path.read_text("utf-8").replace("\r\n", "\n")
