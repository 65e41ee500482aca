"""When a difference in seconds or points is more than what runs differ by anyway. Pure.

The same image, twice, takes different times: mirrors, caches and neighbours see to that. A
difference counts when all of this holds (the fewer runs the smaller side has, the more is asked):

1. the typical ratio of an "after" to a "before" reaches `ratio`, and the typical difference
   `seconds`; typical is the median over all pairs, one of each side (Hodges and Lehmann 1963),
   which one stray run does not move;
2. nine of ten such pairs agree on the direction (the Mann-Whitney statistic);
3. the difference is well beyond the spread within the sides (median absolute deviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from statistics import median
from typing import Final, Literal

from msgspec import Struct

Direction = Literal["up", "down", "noise", "same", "unknown"]
Values = Sequence[float]


class Least(Struct, frozen=True):
    """What a difference has to reach, from so many runs a side on."""

    runs: int
    ratio: float
    seconds: float
    points: float  # of ratings


LEAST: Final = (  # the most runs first
    Least(5, 1.25, 2.0, 1.0),
    Least(3, 1.4, 3.0, 1.0),
    Least(2, 1.8, 6.0, 1.0),
    Least(1, 2.5, 10.0, 2.0),
)
AGREE: Final = 0.9  # of all pairs
SPREADS: Final = 1.5
SIGMA: Final = 1.4826  # of a normal distribution, in median absolute deviations


BUSIER: Final = 0.25  # of the time; so much more waiting for CPUs slows anything
FULL: Final = 0.9  # beyond it the share no longer tells how much was waiting


def unlike(before: Values, after: Values) -> bool:
    """Whether seconds say nothing, as the machines were not equally busy, or hopelessly so.

    Both: shares of the time in which something waited for a CPU, one a run; unknown ones left out.
    """
    if not before or not after:
        return False
    old, new = median(before), median(after)
    return abs(new - old) > BUSIER or max(old, new) > FULL


def least(before: int, after: int) -> Least:
    """What counts with so many runs a side; both have at least one."""
    return next(row for row in LEAST if min(before, after) >= row.runs)


def seconds(before: Values, after: Values) -> Direction:
    """Slower ("up"), faster ("down"), or not to be told from noise.

    "same": less than would matter however many runs there were.
    """
    if not before or not after:
        return "unknown"
    asked = least(len(before), len(after))
    shift = median(new - old for old, new in product(before, after))
    ratio = _grown(before, after) if shift > 0 else _grown(after, before)
    if ratio < LEAST[0].ratio or abs(shift) < LEAST[0].seconds:
        return "same"
    if ratio < asked.ratio or abs(shift) < asked.seconds:
        return "noise"
    return _beyond(before, after, shift)


def points(before: Values, after: Values) -> Direction:
    """The same for ratings of 1 to 10."""
    if not before or not after:
        return "unknown"
    shift = median(new - old for old, new in product(before, after))
    if not shift:
        return "same"
    if abs(shift) < least(len(before), len(after)).points:
        return "noise"
    return _beyond(before, after, shift)


def _grown(before: Values, after: Values) -> float:
    return median(new / max(old, 0.001) for old, new in product(before, after))


def _beyond(before: Values, after: Values, shift: float) -> Direction:
    pairs = [(new - old) * shift for old, new in product(before, after)]
    agreeing = sum(1.0 if pair > 0 else 0.5 * (pair == 0) for pair in pairs) / len(pairs)
    if agreeing < AGREE or abs(shift) < SPREADS * _spread(before, after):
        return "noise"
    return "up" if shift > 0 else "down"


def _spread(*sides: Values) -> float:
    """How far runs of one side lie from its middle, as a standard deviation."""
    return SIGMA * median(abs(value - median(side)) for side in sides for value in side)
