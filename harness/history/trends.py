"""Rows of hosts as a history: kinds of hosts, what they took and met, what changed lately. Pure.

"Lately" is told by the rules of `compare`: the newest runs of a kind against those before them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.compare import noise, pains
from harness.compare.nouns import Presence, Range, Seen
from harness.compare.sides import SAYS_NOTHING
from harness.compare.timings import ranged
from harness.history import frequency
from harness.history.nouns import RATINGS, Engine, Group, History, Measure, Row, Trend, Verdict
from harness.model import PainPoint

EVERY_TASK: Final = "all"
UNKNOWN_SYSTEM: Final = "never reached"
NEWEST: Final = (5, 3, 2)  # runs that may be "lately", most first; 1 where there are few
EARLIER: Final = 10  # runs that are looked back at, at most
_SECONDS: Final[Mapping[noise.Direction, Verdict]] = {
    "up": "slower", "down": "faster", "noise": "noise", "same": "same", "unknown": "not-compared",
}  # fmt: skip
_POINTS: Final[Mapping[noise.Direction, Verdict]] = {**_SECONDS, "up": "rose", "down": "fell"}
_PASSES: Final[Mapping[Presence, Verdict]] = {"new": "rose", "gone": "fell", "same": "same"}
Judge = Callable[[Sequence[float], Sequence[float]], Verdict]
Catalogue = Mapping[str, PainPoint]


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


def lately(count: int) -> Iterator[int]:
    """How many of so many runs may be the newest, the most first: at least as many stand before."""
    sizes = NEWEST if count > 3 else (1,)
    yield from (size for size in sizes if 2 * size <= count)


def seconds(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """As `compare` judges them."""
    return _SECONDS[noise.seconds(before, after)]


def points(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """As `compare` judges ratings."""
    return _POINTS[noise.points(before, after)]


def trend(values: Sequence[float], judge: Judge) -> Trend:
    """Values oldest first; of several numbers of newest ones, the most that tell a difference."""
    found = Trend("not-compared", Range(0), ranged(values[-1:]))
    for size in lately(len(values)):
        before, newest = values[:-size][-EARLIER:], values[-size:]
        this = Trend(judge(before, newest), ranged(before), ranged(newest))
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
        answers = [row.first_answer_s for row in members]
        yield Group(
            system=system,
            stack=stack,
            method=method,
            rows=tuple(members),
            passing=_passing([float(row.status == "passed") for row in members]),
            first_answer=_measure(answers, seconds),
            total=_measure([row.total_s for row in members if row.status == "passed"], seconds),
            ratings={
                name: _measure([row.ratings.get(name) for row in members], points)
                for name in RATINGS
            },
            engines=tuple(_engines(members)),
            pains=frequency.of_group(members, catalogue, sizes=lately(len(members)), back=EARLIER),
        )


def passes(before: Sequence[float], after: Sequence[float]) -> Verdict:
    """Whether runs (1.0 passed, 0.0 did not) fare differently, as `compare` tells pain points."""
    seen = (Seen(round(sum(side)), len(side)) for side in (before, after))
    return _PASSES.get(pains.presence(*seen), "same")


def _passing(values: Sequence[float]) -> Trend:
    """In shares of runs: the middle of passed and not passed would say nothing."""
    found = trend(values, passes)
    newest = values[-found.newest.runs :]
    before = values[: -len(newest)][-EARLIER:]
    shares = [round(pains.share(round(sum(side)), len(side)), 3) for side in (before, newest)]
    return Trend(found.verdict, Range(len(before), shares[0]), Range(len(newest), shares[1]))


def _measure(values: Sequence[float | None], judge: Judge) -> Measure:
    known = [value for value in values if value is not None]
    return Measure(ranged(known), trend(known, judge))


def _engines(rows: Sequence[Row]) -> Iterator[Engine]:
    for version in dict.fromkeys(row.engine for row in rows if row.engine):
        times = [row.began for row in rows if row.engine == version]
        yield Engine(version, len(times), min(times), max(times))
