"""A history for programs: schema 1, every key always there, unknown as null. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from onramp.history import trend_types as trends
from onramp.history.compare.comparison_types import Range
from onramp.history.trend_types import Engine, Measured, Pain, PainOfAll, Verdict
from onramp.model.quantities import Count, Points, Seconds, Share, Version1
from onramp.model.run import HostStatus
from onramp.text.json_text import indented


class Told(Struct):
    """Which runs are told; `gone`: those no longer on disk."""

    count: Count
    first: str | None
    last: str | None
    gone: list[str]


class Often(Struct):
    """A share of so many runs; null where there are none."""

    runs: Count
    share: Share | None


class Passing(Struct):
    """Which share of the runs passed, lately and before."""

    verdict: Verdict
    before: Often
    newest: Often


class Ratings(Struct):
    """The four ratings."""

    set_up: Measured
    task: Measured
    shut_down: Measured
    documentation: Measured


class Point(Struct):
    """One host in one run."""

    run: str
    began: str
    gone: bool
    host: str
    status: HostStatus
    engine: str | None
    answered: bool
    first_answer_s: Seconds | None
    total_s: Seconds
    ratings: Mapping[str, Points | None]
    pain_points: list[str]


class Group(Struct):
    """Hosts of one kind: the same system, stack and way to the engine; points oldest first."""

    label: str
    system: str
    stack: str | None
    method: str | None
    runs: Count
    ended: Mapping[HostStatus, Count]
    pass_rate: Share
    passing: Passing
    engines: tuple[Engine, ...]
    first_answer_s: Measured
    total_s: Measured
    ratings: Ratings
    pain_points: tuple[Pain, ...]
    points: list[Point]


class History(Struct):
    """All runs as trends; `left_out`: how many were not told, by reason."""

    schema: Version1
    task: str
    since: str | None
    runs: Told
    left_out: Mapping[str, Count]
    groups: list[Group]
    pain_points: tuple[PainOfAll, ...]


def text(found: trends.History) -> str:
    """The whole history as one JSON object."""
    runs = list(dict.fromkeys(row.run for row in found.rows))
    gone = sorted({row.run for row in found.rows if row.gone})
    whole = History(
        schema=1,
        task=found.task,
        since=found.since,
        runs=Told(len(runs), runs[0] if runs else None, runs[-1] if runs else None, gone),
        left_out=found.left_out,
        groups=[_group(group) for group in found.groups],
        pain_points=found.pains,
    )
    return indented(whole) + "\n"


def _group(group: trends.Group) -> Group:
    passing = group.passing
    return Group(
        label=group.label,
        system=group.system,
        stack=group.stack or None,
        method=group.method or None,
        runs=len(group.rows),
        ended=Counter(row.status for row in group.rows),
        pass_rate=round(group.passed / len(group.rows), 3),
        passing=Passing(passing.verdict, _often(passing.before), _often(passing.newest)),
        engines=group.engines,
        first_answer_s=group.first_answer,
        total_s=group.total,
        ratings=Ratings(**group.ratings),
        pain_points=group.pains,
        points=[_point(row) for row in group.rows],
    )


def _often(seen: Range) -> Often:
    return Often(seen.runs, seen.median if seen.runs else None)


def _point(row: trends.Row) -> Point:
    return Point(
        run=row.run,
        began=row.began,
        gone=row.gone,
        host=row.name,
        status=row.status,
        engine=row.engine or None,
        answered=row.answered,
        first_answer_s=row.first_answer_s,
        total_s=row.total_s,
        ratings=row.ratings,
        pain_points=sorted(row.walk.met),
    )
