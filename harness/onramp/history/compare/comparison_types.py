"""What a comparison consists of, as frozen values; seconds are seconds, counts are runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from onramp.model.pain import PainOutcome, Severity

Presence = Literal["new", "gone", "changed", "worse", "same", "now-and-then", "unreached"]
Timed = Literal["slower", "faster", "noise", "same", "not-compared"]
Kind = Literal["status", "pain-point", "unexplained", "step", "total", "rating"]
Rated = Literal["fell", "rose", "noise", "same", "not-compared"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A pain point on one side: met in `runs` of the `of` that came there; what usually came of it.

    `outcome` is None where it was not met, or runs do not agree; `steps` is where it was met;
    `foreseen`: by all that met it, before anything was changed.
    """

    runs: int
    of: int
    outcome: PainOutcome | None = None
    steps: tuple[str, ...] = ()
    foreseen: bool = False


@dataclass(frozen=True, slots=True)
class PainChange:
    """One pain point on both sides.

    `worse`: it was got over before, and is not any more. `unreached`: one side never came as far.
    """

    id: str
    title: str
    severity: Severity
    change: Presence
    before: Seen
    after: Seen


@dataclass(frozen=True, slots=True)
class Range:
    """Of some runs: the middle, the least and the most; all None where there was none."""

    runs: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """A step's seconds. `with_pains`: pain points whose time is told with them, not here."""

    step: str
    before: Range
    after: Range
    verdict: Timed
    note: str = ""
    with_pains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingChange:
    """A rating; `reasons`: why points are lost now that were not lost before."""

    name: str
    before: Range
    after: Range
    verdict: Rated
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regression:
    """Something that got worse, and how bad that is, in a sentence of ours."""

    host: str
    kind: Kind
    what: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class HostComparison:
    """One kind of host on both sides; `ended` and `ways` (to the engine) count runs."""

    host: str
    names: tuple[str, ...]
    ended_before: Mapping[str, int]
    ended_after: Mapping[str, int]
    pains: tuple[PainChange, ...] = ()
    timings: tuple[Timing, ...] = ()  # per step
    together: Timing | None = None  # all steps compared, without those told above
    lost: Timing | None = None  # to pain points: part of the steps, never judged on its own
    outside: Timing | None = None  # booting, waiting for a turn: told, never judged
    ratings: tuple[RatingChange, ...] = ()
    regressions: tuple[Regression, ...] = ()
    ways_before: Mapping[str, int] = field(default_factory=dict)
    ways_after: Mapping[str, int] = field(default_factory=dict)
    waited_before: Range = Range(0)  # share of the time in which something waited for a CPU, 0..1
    waited_after: Range = Range(0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides by their runs' names, host by host, and what got worse, the worst first."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    hosts: tuple[HostComparison, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # "web1 in 2026…: interrupted"
    regressions: tuple[Regression, ...] = field(default=())
