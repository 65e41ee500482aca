"""The shape of what history prints with `--json`."""

from __future__ import annotations

from msgspec import Struct

from onramp.cli.schemas.answers import Share
from onramp.cli.schemas.report_schema import Count, Points, Seconds, Version1
from onramp.history.compare.comparison_types import Presence
from onramp.history.trend_types import Engine, Trend, Verdict
from onramp.model.pain import PainOutcome, Severity
from onramp.model.run import HostStatus


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


class Measured(Struct):
    """Something measured in every run, and what it does lately."""

    runs: Count
    median: float | None
    low: float | None
    high: float | None
    trend: Trend


class Ratings(Struct):
    """The four ratings."""

    set_up: Measured
    task: Measured
    shut_down: Measured
    documentation: Measured


class Pain(Struct):
    """A pain point over the runs that came where it is met; `change`: lately."""

    id: str
    title: str
    severity: Severity
    runs: Count
    of: Count
    share: Share | None
    outcome: PainOutcome | None
    steps: list[str]
    foreseen: bool
    first_seen: str
    last_seen: str
    change: Presence


class PainOfAll(Pain):
    """The same over all groups, and those it was met in."""

    groups: list[str]


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
    ratings: dict[str, Points | None]
    pain_points: list[str]


class Group(Struct):
    """Hosts of one kind: the same system, stack and way to the engine; points oldest first."""

    label: str
    system: str
    stack: str | None
    method: str | None
    runs: Count
    ended: dict[HostStatus, Count]
    pass_rate: Share
    passing: Passing
    engines: list[Engine]
    first_answer_s: Measured
    total_s: Measured
    ratings: Ratings
    pain_points: list[Pain]
    points: list[Point]


class History(Struct):
    """All runs as trends; `left_out`: how many were not told, by reason."""

    schema: Version1
    task: str
    since: str | None
    runs: Told
    left_out: dict[str, Count]
    groups: list[Group]
    pain_points: list[PainOfAll]
