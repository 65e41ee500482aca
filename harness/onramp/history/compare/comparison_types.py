"""What a comparison consists of, and `compare --json` prints: schema 1, every key always there.

Seconds are seconds, counts are runs, unknown is null. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from onramp.history.compare.noise import Least
from onramp.model.pain import PainOutcome, Severity
from onramp.model.quantities import Count, Version1
from onramp.model.run import HostStatus

Presence = Literal["new", "gone", "changed", "worse", "same", "now-and-then", "unreached"]
Timed = Literal["slower", "faster", "noise", "same", "not-compared"]
Kind = Literal["status", "pain-point", "unexplained", "step", "total", "rating"]
RatingVerdict = Literal["fell", "rose", "noise", "same", "not-compared"]


class Seen(Struct, frozen=True):
    """A pain point on one side: met in `runs` of the `of` that came there; what usually came of it.

    `outcome` is None where it was not met, or runs do not agree; `steps` is where it was met;
    `foreseen`: by all that met it, before anything was changed.
    """

    runs: int
    of: int
    outcome: PainOutcome | None = None
    steps: tuple[str, ...] = ()
    foreseen: bool = False


class PainChange(Struct, frozen=True):
    """One pain point on both sides.

    `worse`: it was got over before, and is not any more. `unreached`: one side never came as far.
    """

    id: str
    title: str
    severity: Severity
    change: Presence
    before: Seen
    after: Seen


class Range(Struct, frozen=True):
    """Of some runs: the middle, the least and the most; all None where there was none."""

    runs: Count
    median: float | None = None
    low: float | None = None
    high: float | None = None


class Timing(Struct, frozen=True):
    """A step's seconds. `with_pains`: pain points whose time is told with them, not here."""

    step: str
    before: Range
    after: Range
    verdict: Timed
    note: str = ""
    with_pains: tuple[str, ...] = ()


class RatingChange(Struct, frozen=True):
    """A rating; `reasons`: why points are lost now that were not lost before."""

    name: str
    before: Range
    after: Range
    verdict: RatingVerdict
    reasons: tuple[str, ...] = ()


class Regression(Struct, frozen=True):
    """Something that got worse, and how bad that is, in a sentence of ours."""

    host: str
    kind: Kind
    what: str
    severity: Severity
    sentence: str


class Ended(Struct, frozen=True):
    """How many runs a side has of a host, how they ended, and where their engines came from.

    `cpu_waited`: the share of the time in which something waited for a CPU.
    """

    runs: Count
    ended: Mapping[HostStatus, Count]
    engine_from: Mapping[str, Count]
    cpu_waited: Range


class Totals(Struct, frozen=True):
    """Seconds of all steps together, lost to pain points, and outside the steps.

    `together` is without those that are told as slower or faster; `lost` (part of the steps) and
    `outside` (booting, waiting for a turn) are told, and never judged.
    """

    together: Timing | None
    lost: Timing | None
    outside: Timing | None


class Rated(Struct, frozen=True):
    """The four ratings."""

    set_up: RatingChange
    task: RatingChange
    shut_down: RatingChange
    documentation: RatingChange


class HostComparison(Struct, frozen=True):
    """One kind of host on both sides."""

    host: str
    names: tuple[str, ...]
    before: Ended
    after: Ended
    least_that_counts: Least
    pain_points: tuple[PainChange, ...]
    steps: tuple[Timing, ...]
    timings: Totals
    ratings: Rated
    regressions: tuple[Regression, ...] = ()


class Comparison(Struct, frozen=True, kw_only=True):
    """Two sides of runs, host by host, and what got worse, the worst first.

    Sides are their runs' names; `left_out` says what and why: "web1 in 2026…: interrupted".
    """

    schema: Version1 = 1
    before: tuple[str, ...]
    after: tuple[str, ...]
    exit_code: Literal[0, 2] = 0
    regressions: tuple[Regression, ...] = ()
    hosts: tuple[HostComparison, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
