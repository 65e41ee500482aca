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

# What tools end with: that something failed, not what. The reason stands above it, or elsewhere.
_SUMMARY = re.compile(
    r"Sub-process \S+ returned an error code|^make(?:\[\d+\])?: \*\*\* "
    r"|^dpkg: error processing|script subprocess (?:returned|was killed)|^Errors? (?:were|was) enc"
    r"|exit(?:ed with)?(?: code| status)?:? \d|non-zero exit status|^Error: Process completed"
    r"|^See ['\"]?(?:systemctl|journalctl|docker)|Job for \S+ failed because|^npm ERR! code"
    r"|\bHTTP(?:/\d\S*)? 5\d\d|Internal Server Error|dependency problems prevent"
    r"|Failed to start \S+\.service\b|Before retrying installation"
    r"|: no answer \(|\bunhealthy$|\bFAILED \([a-z]+=\d|\b\d+ failed\b.{0,80} in \d"
)

# What a tool would have somebody know, whatever else went wrong.
_WARNING = re.compile(r"\bWARN(?:ING)?\b|^\W{0,8}[Ww]arning:|^W: |\blevel=warn")


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


def decisive_line(text: str) -> str | None:
    """The line an excerpt is built round; None where nothing complains."""
    lines = text.split("\n")
    found = _last_error(lines)
    return None if found is None else lines[found].strip()


def says_why(text: str) -> bool:
    """Whether a line of it complains, and says of what."""
    line = decisive_line(text)
    return line is not None and not is_summary(line) and not _WARNING.search(line[:2000])


def looks_like_error(line: str) -> bool:
    """Whether a line complains."""
    return _ERROR.search(line[:2000]) is not None


def is_summary(line: str) -> bool:
    """Whether a line says only that something failed."""
    return _SUMMARY.search(line[:2000]) is not None


def _last_error(lines: list[str]) -> int | None:
    """The last line that complains and says of what; failing that a warning, then a summary."""
    warning = summary = None
    for index in range(len(lines) - 1, max(-1, len(lines) - _LOOK_BACK), -1):
        if not looks_like_error(lines[index]):
            continue
        if is_summary(lines[index]):
            summary = index if summary is None else summary
        elif _WARNING.search(lines[index][:2000]):
            warning = index if warning is None else warning
        else:
            return index
    return summary if warning is None else warning


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
