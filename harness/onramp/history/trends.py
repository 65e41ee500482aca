"""Rows of hosts as a history: kinds of hosts, what they took and met, what changed lately. Pure.

"Lately" is told by the rules of `compare`: the newest runs of a kind against those before them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import astuple, replace

from onramp.history import frequency
from onramp.history.compare import noise, pain_changes
from onramp.history.compare.comparison import RATED
from onramp.history.compare.comparison_types import Presence, Range, Seen
from onramp.history.compare.sides import SAYS_NOTHING
from onramp.history.compare.timings import TIMED, ranged
from onramp.history.frequency import Window
from onramp.history.trend_types import Engine, Group, History, Measured, Row, Trend, Verdict
from onramp.model.pain import Catalogue
from onramp.model.rating import RATINGS

EVERY_TASK: Final = "all"
UNKNOWN_SYSTEM: Final = "never reached"
NEWEST: Final = (5, 3, 2)  # runs that may be "lately", most first; 1 where there are few
EARLIER: Final = 10  # runs that are looked back at, at most
_PASSES: Final[Mapping[Presence, Verdict]] = {"new": "rose", "gone": "fell", "same": "same"}
Judge = Callable[[Sequence[float], Sequence[float]], Verdict]
Value = Callable[[Row], float | None]
Sum = Callable[[Sequence[float]], Range]


def history(
    rows: Sequence[Row],
    catalogue: Catalogue,
    *,
    task: str,
    since: str | None = None,
    wanted: Callable[[Row], bool] = lambda row: True,
    limit: int | None = None,
) -> History:
    """Of the runs of a task since then (UTC): the hosts that are wanted, of the newest runs."""
    told = [row for row in _placed(rows) if since is None or row.began >= since]
    asked = [row for row in told if wanted(row)]
    kept = [row for row in asked if not _why_not(row, task)]
    newest = list(dict.fromkeys(row.run for row in kept))[-limit:] if limit else None
    kept = [row for row in kept if newest is None or row.run in newest]
    groups = tuple(_groups(kept, catalogue))
    return History(
        task=task,
        since=since,
        rows=tuple(kept),
        groups=groups,
        pains=frequency.overall(groups, catalogue),
        left_out=Counter(why for row in asked if (why := _why_not(row, task))),
    )


def windows(rows: Sequence[Row]) -> list[Window]:
    """Earlier and newest rows (given oldest first), the most newest first.

    Runs are never split, and at least as many stand before: hosts of one run differ by chance.
    """
    runs = list(dict.fromkeys(row.run for row in rows))
    sizes = [size for size in (NEWEST if len(runs) > 3 else (1,)) if 2 * size <= len(runs)]
    parts = [(set(runs[-size - EARLIER : -size]), set(runs[-size:])) for size in sizes]
    return [
        ([row for row in rows if row.run in before], [row for row in rows if row.run in newest])
        for before, newest in parts
    ]


def seconds(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """As `compare` judges them."""
    return TIMED[noise.seconds(before, after)]


def points(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """As `compare` judges ratings."""
    return RATED[noise.points(before, after)]


def trend(rows: Sequence[Row], value: Value, judge: Judge, summed: Sum = ranged) -> Trend:
    """Of several numbers of newest runs, the most that tell a difference; all rows have a value."""
    found = Trend("not-compared", Range(0), Range(0))
    for window in windows(rows):
        before, newest = ([known for row in side if (known := value(row)) is not None]
                          for side in window)  # fmt: skip
        this = Trend(judge(before, newest), summed(before), summed(newest))
        if this.verdict not in ("same", "noise"):
            return this
        found = this if found.verdict == "not-compared" else found
    return found


def _why_not(row: Row, task: str) -> str:
    """Why a host's run is no part of the history; empty where it is."""
    if task not in (EVERY_TASK, row.task):
        return f"of {row.task}"
    return row.status if row.status in SAYS_NOTHING else ""


def _placed(rows: Sequence[Row]) -> list[Row]:
    """What a host was that was not reached this time is known from other times."""
    systems = {row.name: row.system for row in rows if row.system}
    placed = [
        replace(row, system=row.system or systems.get(row.name) or UNKNOWN_SYSTEM) for row in rows
    ]
    usual: dict[tuple[str, str], Counter[str]] = {}
    for row in placed:
        if row.method:
            usual.setdefault((row.system, row.stack), Counter())[row.method] += 1
    return [
        row
        if row.method or (row.system, row.stack) not in usual
        else replace(row, method=usual[row.system, row.stack].most_common(1)[0][0])
        for row in placed
    ]


def _groups(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Group]:
    kinds: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        kinds.setdefault((row.system, row.stack, row.method), []).append(row)
    for (system, stack, method), members in sorted(kinds.items()):
        yield Group(
            system=system,
            stack=stack,
            method=method,
            rows=tuple(members),
            passing=trend(members, lambda row: float(row.status == "passed"), passes, _share),
            first_answer=_measure(members, lambda row: row.first_answer_s, seconds),
            total=_measure(members, _total, seconds),
            ratings={name: _measure(members, _rating(name), points) for name in RATINGS},
            engines=tuple(_engines(members)),
            pains=frequency.of_group(members, catalogue, windows(members)),
        )


def passes(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """Whether runs (1.0 passed, 0.0 did not) fare differently, as `compare` tells pain points."""
    seen = (Seen(round(sum(side)), len(side)) for side in (before, after))
    return _PASSES.get(pain_changes.presence(*seen), "same")


def _share(values: Sequence[float]) -> Range:
    """The middle of passed and not passed would say nothing."""
    return Range(len(values), round(pain_changes.share(round(sum(values)), len(values)), 3))


def _total(row: Row) -> float | None:
    return row.total_s if row.status == "passed" else None


def _rating(name: str) -> Value:
    return lambda row: row.ratings.get(name)


def _measure(rows: Sequence[Row], value: Value, judge: Judge) -> Measured:
    known = [row for row in rows if value(row) is not None]
    values = [value(row) or 0.0 for row in known]
    return Measured(*astuple(ranged(values)), trend=trend(known, value, judge))


def _engines(rows: Sequence[Row]) -> Iterator[Engine]:
    for version in dict.fromkeys(row.engine for row in rows if row.engine):
        times = [row.began for row in rows if row.engine == version]
        yield Engine(version, len(times), min(times), max(times))
