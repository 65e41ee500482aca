"""What templates need to say things: numbers short enough for a cell, stable ids, safe links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from onramp.model.pain import SEVERITIES
from onramp.model.run import CommandRun
from onramp.text.sanitize import one_line

if TYPE_CHECKING:
    from markupsafe import Markup

MARKS: Final = {  # a status or outcome beside its colour, for those who see none
    "passed": "✓",
    "changed": "✓",
    "satisfied": "=",
    "failed": "✗",
    "unreachable": "⊘",
    "interrupted": "◐",
    "skipped": "–",
    "planned": "○",
    "remedied": "✓",
    "needs-human": "!",
    "unresolved": "✗",
    "noted": "·",
    "met": "✓",
    "missing": "✗",
    "untestable": "?",
}
_LOG = re.compile(r"logs/\w[\w.-]*")


def mark(status: str) -> str:
    """The symbol of a status; a question mark for one that a newer Onramp wrote."""
    return MARKS.get(status, "?")


def kind(status: str) -> str:
    """A status as a class name of ours; `other` for what is none."""
    return status if status in MARKS or status in SEVERITIES else "other"


def brief(seconds: float) -> str:
    """Seconds for a narrow cell: `0.4`, `12`, `125`; nothing where it took no time."""
    if seconds < 0.05:
        return ""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def slug(words: str) -> str:
    """Any text as part of an id: the same text always gives the same one."""
    return re.sub(r"[^a-z0-9]+", "-", words[:200].lower()).strip("-")[:60] or "other"


def slugs(prefix: str, names: Iterable[str]) -> list[str]:
    """An id for each name, in order; later ones of the same name are numbered."""
    taken: dict[str, int] = {}
    made = []
    for name in names:
        whole = f"{prefix}-{slug(name)}"
        taken[whole] = taken.get(whole, 0) + 1
        made.append(whole if taken[whole] == 1 else f"{whole}-{taken[whole]}")
    return made


def inline(sentence: str) -> Markup:
    """A sentence of ours in which pairs of backticks mark code."""
    from markupsafe import Markup, escape

    parts = one_line(sentence, 1000).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    pieces = [escape(part) for part in parts]
    pieces[1::2] = [Markup("<code>") + piece + Markup("</code>") for piece in pieces[1::2]]
    return Markup("").join(pieces)


def web_link(address: str) -> str:
    """The address where it is a well-formed one of the web; else nothing."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    fine = parts.scheme in ("http", "https") and parts.hostname and address.isprintable()
    return address if fine and not re.search(r"[\s<>\"'`\\]", address) else ""


def log_file(name: str) -> str:
    """A log's path as a link from the host's page; nothing where it is none of ours."""
    return name if _LOG.fullmatch(name) else ""


def log_id(name: str) -> str:
    """The id of an embedded log."""
    return f"log-{slug(name.removeprefix('logs/').removesuffix('.log'))}"


def ended(command: CommandRun) -> str:
    """How a command ended, in a word or two."""
    return "gave no exit code" if command.exit_code is None else f"exit code {command.exit_code}"
