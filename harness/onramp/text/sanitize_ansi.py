"""Remote text made harmless to show, its colours kept: SGR is the one escape that stays. Pure.

What `plain.py` does for tables and pages, this does for a terminal: colours cannot move the cursor,
name a window, open a link or write to the clipboard. Everything else that is no text goes, and of
SGR what blinks or hides text.
https://www.ecma-international.org/publications-and-standards/standards/ecma-48/ (8.3.117, SGR)
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from onramp.text.sanitize import plain

RESET: Final = "\x1b[0m"
_HARMLESS = re.compile(r"[\t\n -~]*")
_SGR = re.compile(r"(\x1b\[[0-9;:]{0,40}m)")


def coloured(text: str) -> str:
    """`text` as a terminal would leave it; of escapes only colours, of controls newline and tab."""
    if _HARMLESS.fullmatch(text):
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def shortened(line: str, limit: int) -> str:
    """One coloured line, at most `limit` visible characters of it; no colour is cut in two."""
    if len(line) <= limit or len(_SGR.sub("", line)) <= limit:
        return line
    kept: list[str] = []
    room = limit - 1
    for index, part in enumerate(_SGR.split(line)):
        kept.append(part if index % 2 else part[:room])
        room -= 0 if index % 2 else len(part)
        if room <= 0:
            break
    return "".join([*kept, RESET if len(kept) > 1 else "", "…"])


def _line(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        _visible(part) if index % 2 else plain(part) for index, part in enumerate(_last_state(line))
    )


def _visible(sgr: str) -> str:
    """A colour sequence without blinking (5, 6) and concealing (8); `38;5;8` is a colour."""
    codes = iter(sgr[2:-1].split(";"))
    kept: list[str] = []
    for code in codes:
        if code in ("38", "48", "58"):
            kind = next(codes, "")
            kept += [code, kind, *islice(codes, {"5": 1, "2": 3}.get(kind, 0))]
        elif code.lstrip("0") not in ("5", "6", "8"):
            kept.append(code)
    return f"\x1b[{';'.join(kept)}m" if kept else ""


def _last_state(line: str) -> list[str]:
    """Text and colours by turns; of a progress line what came last, in the colours it had by then.

    A carriage return starts the line over, wherever in it colours change.
    """
    parts = _SGR.split(line.rstrip("\r"))
    last = next(
        (at for at in range(len(parts) - 1, -1, -1) if at % 2 == 0 and "\r" in parts[at]), 0
    )
    for at in range(0, last, 2):
        parts[at] = ""
    parts[last] = parts[last].rpartition("\r")[2]
    return parts
