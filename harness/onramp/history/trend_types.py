"""What a history consists of, as frozen values; seconds are seconds, times are UTC. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from onramp.history.compare.comparison_types import Presence, Range
from onramp.history.compare.pain_changes import Walk
from onramp.model.pain import PainOutcome, Severity
from onramp.model.quantities import Count, Share
from onramp.model.run import HostStatus

Verdict = Literal["slower", "faster", "fell", "rose", "noise", "same", "not-compared"]


class Row(Struct, frozen=True):
    """One host in one run, as the database keeps it; text is made plain already.

    `system` is the image it was made from, or else what it calls itself; empty where it was never
    reached. `method` is "present" where the engine was there before. `first_answer_s` is None
    where nothing answered, or the events do not say when.
    """

    run: str
    began: str
    task: str
    name: str
    system: str
    stack: str
    method: str
    engine: str
    status: HostStatus
    answered: bool
    first_answer_s: float | None
    total_s: float
    ratings: Mapping[str, int | None]
    walk: Walk
    gone: bool = False  # the run is no longer on disk


class ReadRun(Struct, frozen=True):
    """A run as read from disk; `signature` is what it looked like there."""

    id: str
    began: str
    task: str
    signature: str
    rows: tuple[Row, ...]


class Trend(Struct, frozen=True):
    """The newest runs of a kind against those before them."""

    verdict: Verdict
    before: Range
    newest: Range


class Measured(Range, frozen=True, kw_only=True):
    """Something measured in every run, and what it does lately."""

    trend: Trend


class Pain(Struct, frozen=True):
    """A pain point over the runs that came where it is met; `change`: lately."""

    id: str
    title: str
    severity: Severity
    runs: Count
    of: Count
    share: Share | None
    outcome: PainOutcome | None
    steps: tuple[str, ...]
    foreseen: bool
    first_seen: str
    last_seen: str
    change: Presence


class PainOfAll(Pain, frozen=True):
    """The same over all groups, and those it was met in."""

    groups: tuple[str, ...]


class Engine(Struct, frozen=True):
    """A version of the engine, and when it was in use."""

    version: str
    runs: int
    first: str
    last: str


class Group(Struct, frozen=True):
    """Hosts of one kind: the same system, stack and way to the engine; rows oldest first."""

    system: str
    stack: str
    method: str
    rows: tuple[Row, ...]
    passing: Trend  # its middles are shares of runs
    first_answer: Measured
    total: Measured
    ratings: Mapping[str, Measured]
    engines: tuple[Engine, ...]
    pains: tuple[Pain, ...]

    @property
    def label(self) -> str:
        """`debian-12 · hello-world · repository`."""
        return " · ".join((self.system, self.stack or "no stack", self.method or "not installed"))

    @property
    def passed(self) -> int:
        return sum(row.status == "passed" for row in self.rows)


class History(Struct, frozen=True):
    """All groups, the pain points over all of them, and what was left out, by reason."""

    task: str
    since: str | None
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    pains: tuple[PainOfAll, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
