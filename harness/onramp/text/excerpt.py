"""The decisive lines of an output: what a report shows so that nobody has to open the log."""

from __future__ import annotations

import re

from onramp.text.sanitize import plain, shortened

LINES = 12
CHARACTERS = 1200
_LINE = 400  # characters of one line
_BEFORE = 3  # lines kept before the decisive one
_LOOK_BACK = 4000  # lines searched from the end for an error

_ERROR = re.compile(
    r"\b(?:error|err|fatal|failed|failure|fail|denied|refused|cannot|can't|unable|could not|"
    r"couldn't|no such|not found|unknown|invalid|timed? ?out|conflict|panic|traceback|unhealthy)\b"
    r"|^E: |\w(?:Error|Exception): |is not running|already (?:allocated|in use)",
    re.I,
)


def excerpt(text: str, match_line: int | None = None) -> str:
    """Up to 12 lines and 1200 characters of `text`, made harmless to show.

    `match_line` is the index of the line that decided (from 0, split at newline characters);
    without it the last line that looks like an error, or failing that the end. Mask secrets
    before: a line cut short may cut a secret in two.
    """
    lines = text.split("\n")
    if match_line is None or not 0 <= match_line < len(lines):
        match_line = _last_error(lines)
    if match_line is None:
        return _joined(lines, _last_filled(lines), before=LINES)
    return _joined(lines, match_line, before=_BEFORE)


def _last_error(lines: list[str]) -> int | None:
    for index in range(len(lines) - 1, max(-1, len(lines) - _LOOK_BACK), -1):
        if _ERROR.search(lines[index][:2000]):
            return index
    return None


def _last_filled(lines: list[str]) -> int:
    return next((i for i in range(len(lines) - 1, 0, -1) if lines[i].strip()), 0)


def _joined(lines: list[str], centre: int, *, before: int) -> str:
    """The centre line, then its neighbours as far as the room goes: after it first."""
    chosen = {centre: _shown(lines[centre])}
    after = range(centre + 1, min(len(lines), centre + LINES))
    ahead = range(centre - 1, max(-1, centre - 1 - before), -1)
    keep_before = min(len(ahead), LINES // 3) if before < LINES else LINES
    for neighbours, room in ((ahead, keep_before), (after, LINES), (ahead, LINES)):
        _fill(chosen, lines, neighbours, room)
    return "\n".join(chosen[index] for index in sorted(chosen)).strip("\n").rstrip()


def _fill(chosen: dict[int, str], lines: list[str], neighbours: range, room: int) -> None:
    """Adds neighbours in order until `room` of them, the lines or the characters are used up."""
    for taken, index in enumerate(neighbours):
        if index in chosen:
            continue
        line = _shown(lines[index])
        used = sum(len(text) + 1 for text in chosen.values())
        if taken >= room or len(chosen) >= LINES or used + len(line) > CHARACTERS:
            return
        chosen[index] = line


def _shown(line: str) -> str:
    return shortened(plain(line[: _LINE * 20]).expandtabs(4).rstrip(), _LINE)
