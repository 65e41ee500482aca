"""history: all runs there were, as trends: for a terminal, a program, a summary or a browser."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from onramp import CLONE
from onramp.cli import flags
from onramp.config.suggest import hint, quoted
from onramp.errors import UsageError
from onramp.evidence import files
from onramp.history import row_cache, trend_json, trend_text, trends
from onramp.history.trend_types import History, Row
from onramp.pains import catalogue
from onramp.text.sanitize import one_line

COMMANDS: Final = ("evaluate", "provision", "deploy", "teardown", "doctor", "reproduce", "all")
MANY: Final = 200  # runs, from which on reading them is worth a word
PAGE: Final = "history.html"
_AGO = re.compile(r"(\d{1,4})([hdw])$")
_HOURS: Final = {"h": 1, "d": 24, "w": 168}


def history(given: SimpleNamespace) -> int:
    """Brings the database up to date and prints what it tells; always 0 where it could be read."""
    _check(given)
    task = flags.choice("--command", given.command, COMMANDS) or "evaluate"
    limit = flags.whole("--limit", given.limit, default=0) if given.limit is not None else None
    since = _since(given.since, datetime.now(UTC))
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    if given.runs is not None and not runs_dir.is_dir():
        raise UsageError(f"--runs: {quoted(runs_dir)} is not there")
    kept = row_cache.load(runs_dir, catalogue(), _announce)
    for note in kept.notes:
        print(f"onramp: {one_line(note, 400)}", file=sys.stderr)
    found = trends.history(
        kept.rows, catalogue(), task=task, since=since, limit=limit,
        wanted=_wanted(given, kept.rows),
    )  # fmt: skip
    if given.page:
        _write(found, given.to, runs_dir)
    _tell(found, given)
    return 0


def _announce(count: int) -> None:
    if count > MANY:
        print(f"onramp: reading {count} runs (once; about a second for a hundred)", file=sys.stderr)


def _check(given: SimpleNamespace) -> None:
    if given.json and given.markdown:
        raise UsageError("--json and --markdown are both given", resolution="leave one out")
    if given.to is not None and not given.page:
        raise UsageError("--to says where the page goes", resolution="add --page")


def _tell(found: History, given: SimpleNamespace) -> None:
    if given.json:
        print(trend_json.text(found), end="")
    elif given.markdown:
        print(trend_text.markdown(found), end="")
    elif not given.page:
        print(trend_text.text(found), end="")


def _since(text: str | None, now: datetime) -> str | None:
    """`30d`, `12h`, `4w`, or a date; as a moment in UTC that compares with those of the rows."""
    if text is None:
        return None
    ago = _AGO.match(text.strip())
    try:
        moment = (
            now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])
            if ago
            else datetime.combine(date.fromisoformat(text.strip()), datetime.min.time(), UTC)
        )
    except (ValueError, OverflowError):
        raise UsageError(
            f"--since: found {quoted(text)}, expected 30d, 12h, 4w or a date such as 2026-11-01"
        ) from None
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _wanted(given: SimpleNamespace, rows: Sequence[Row]) -> Callable[[Row], bool]:
    """`--image` and `--stack`; a word that chooses nothing is a mistake."""
    images = flags.listed(given.image)
    systems = {row.system for row in rows if row.system}
    for image in images:
        if not any(_fits(image, system) for system in systems):
            raise UsageError(f"--image: no run of {quoted(image)}", resolution=hint(image, systems))
    known = {row.stack for row in rows if row.stack}
    if given.stack is not None and given.stack not in known:
        raise UsageError(
            f"--stack: no run of {quoted(given.stack)}", resolution=hint(given.stack, known)
        )
    return lambda row: (
        given.stack in (None, row.stack)
        and (not images or any(_fits(image, row.system) for image in images))
    )


def _fits(pattern: str, system: str) -> bool:
    return fnmatchcase(system.casefold(), pattern.casefold())


def _links(page: Path, runs_dir: Path) -> Callable[[str], str | None]:
    """To the pages of runs that have one; only from beside them, so that links last."""
    beside = page.absolute().parent == runs_dir.absolute()

    def link(run: str) -> str | None:
        return f"{run}/index.html" if beside and (runs_dir / run / "index.html").is_file() else None

    return link


def _write(found: History, to: str | None, runs_dir: Path) -> None:
    from onramp.history import trend_page

    path = Path(to) if to is not None else runs_dir / PAGE
    if os.path.exists(path) and not os.path.isfile(path):  # /dev/null would be replaced by a file
        raise UsageError(f"--to: {quoted(path)} is no file", resolution="give another with --to")
    try:
        files.write_atomically(path, trend_page.html(found, _links(path, runs_dir)))
    except OSError as error:
        flag = "--to" if to is not None else "--page"
        raise UsageError(
            f"{flag}: {quoted(path)} cannot be written: {error.strerror}",
            resolution="give another file with --to",
        ) from None
    print(f"onramp: the page is {path}", file=sys.stderr)
