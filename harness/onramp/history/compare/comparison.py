"""Two sides of runs, compared: host by host, and what got worse. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import astuple, replace

from onramp.history.compare import noise, pain_changes, sides, timings
from onramp.history.compare.comparison_types import (
    Comparison,
    Ended,
    HostComparison,
    Kind,
    PainChange,
    Rated,
    RatingChange,
    RatingVerdict,
    Regression,
    Timing,
    Totals,
)
from onramp.model.pain import SEVERITIES, Catalogue, Severity
from onramp.model.rating import RATINGS
from onramp.model.run import Report
from onramp.reports.ratings import at_least
from onramp.text.humanize import code, duration

RATED: Final[Mapping[noise.Direction, RatingVerdict]] = {
    "up": "rose",
    "down": "fell",
    "noise": "noise",
    "same": "same",
    "unknown": "not-compared",
}


def compare(before: sides.Side, after: sides.Side, catalogue: Catalogue) -> Comparison:
    """What became of the hosts both sides have, in the order of the first side."""
    pairs = sides.pairs(before, after)
    hosts = tuple(_host(pair, catalogue) for pair in pairs if pair.before and pair.after)
    worse = [regression for host in hosts for regression in host.regressions]
    return Comparison(
        before=tuple(before),
        after=tuple(after),
        hosts=hosts,
        only_before=tuple(pair.host for pair in pairs if not pair.after),
        only_after=tuple(pair.host for pair in pairs if not pair.before),
        left_out=(*sides.left_out(before), *sides.left_out(after)),
        regressions=tuple(sorted(worse, key=lambda one: SEVERITIES.index(one.severity))),
    )


def is_met(comparison: Comparison, fail_on: Severity) -> bool:
    """Whether anything got worse that is at least as bad as `fail_on`."""
    return any(regression.severity in at_least(fail_on) for regression in comparison.regressions)


def _host(pair: sides.Pair, catalogue: Catalogue) -> HostComparison:
    changed = pain_changes.changes(pair.before, pair.after, catalogue)
    told = {one.id for one in changed if one.change in ("new", "gone", "now-and-then", "unreached")}
    waited = timings.waited(pair.before), timings.waited(pair.after)
    steps = timings.of_steps(pair.before, pair.after, told)
    together = timings.together(pair.before, pair.after, steps, told)
    if noise.unlike(*waited):
        steps, together = tuple(map(timings.unjudged, steps)), timings.unjudged(together)
    host = HostComparison(
        host=pair.host,
        names=pair.names,
        before=_ended(pair.before, waited[0]),
        after=_ended(pair.after, waited[1]),
        least_that_counts=noise.least(len(pair.before), len(pair.after)),
        pain_points=changed,
        steps=steps,
        timings=Totals(
            together,
            timings.lost(pair.before, pair.after),
            timings.outside(pair.before, pair.after),
        ),
        ratings=Rated(*(_rating(name, pair.before, pair.after) for name in RATINGS)),
    )
    return replace(host, regressions=tuple(_regressions(host)))


def _ended(reports: Sequence[Report], waited: Sequence[float]) -> Ended:
    """`engine_from` is of the runs that came so far as to have a plan."""
    ways = Counter(way for one in reports if (way := sides.way(one.run)) != "none")
    ended = Counter(one.run.status for one in reports)
    return Ended(len(reports), ended, ways, timings.ranged(waited))


def _rating(name: str, before: Sequence[Report], after: Sequence[Report]) -> RatingChange:
    old, new = _measured(before, name), _measured(after, name)
    verdict = RATED[noise.points(old, new)]
    reasons = _reasons(name, before, after) if verdict == "fell" else ()
    return RatingChange(name, timings.ranged(old), timings.ranged(new), verdict, reasons)


def _measured(reports: Sequence[Report], name: str) -> list[int]:
    found = [one.ratings[name].measured for one in reports if name in one.ratings]
    return [value for value in found if value is not None]


def _reasons(name: str, before: Sequence[Report], after: Sequence[Report]) -> tuple[str, ...]:
    """Why a middling run of the later side lost points that no earlier one lost."""
    rated = [one.ratings[name] for one in after if one.ratings[name].measured is not None]
    middling = sorted(rated, key=lambda rating: rating.measured or 0)[len(rated) // 2]
    known = {reason for one in before for reason in one.ratings[name].because}
    return tuple(reason for reason in middling.because if reason not in known)


def _regressions(host: HostComparison) -> Iterator[Regression]:
    found = [*_ending(host), *_painful(host), *_slower(host)]
    yield from found
    accounted = found or any(
        one.change in ("new", "now-and-then", "unreached") for one in host.pain_points
    )
    for rating in astuple(host.ratings):
        if rating.verdict == "fell" and not accounted:
            said = f"rated {_points(rating)} for {code(rating.name)}"
            yield Regression(host.host, "rating", rating.name, "minor", said)


def _ending(host: HostComparison) -> Iterator[Regression]:
    before, after = host.before.ended, host.after.ended
    of_before, of_after = host.before.runs, host.after.runs
    was = pain_changes.share(before.get("passed", 0), of_before)
    if was - pain_changes.share(after.get("passed", 0), of_after) >= pain_changes.OFTEN:
        now = Counter({status: n for status, n in after.items() if status != "passed"})
        status, count = now.most_common(1)[0]
        runs = f" in {count} of {of_after} runs" if of_after > 1 else ""
        yield Regression(
            host.host, "status", status, "blocker", f"no longer passes: {status}{runs}"
        )


def _painful(host: HostComparison) -> Iterator[Regression]:
    for one in host.pain_points:
        if one.severity == "notice" or one.change not in ("new", "worse"):
            continue
        kind: Kind = "unexplained" if pain_changes.is_unexplained(one.id) else "pain-point"
        yield Regression(host.host, kind, one.id, one.severity, _said(one))


def _said(one: PainChange) -> str:
    if pain_changes.is_unexplained(one.id):
        return f"new failure that nothing explains, at {code(one.after.steps[0])}"
    if one.change == "worse":
        return f"{code(one.id)} was {one.before.outcome} before, and is {one.after.outcome} now"
    where = f" at {code(one.after.steps[0])}" if one.after.steps and one.after.steps[0] else ""
    if one.before.runs:
        often = f"in {one.after.runs} of {one.after.of} runs, before in {one.before.runs}"
        return f"{code(one.id)} met{where} {often} of {one.before.of}"
    return f"new pain point {code(one.id)}{where}"


def _slower(host: HostComparison) -> Iterator[Regression]:
    for timing in host.steps:
        if timing.verdict == "slower":
            said = f"{code(timing.step)} takes {_seconds(timing)}"
            yield Regression(host.host, "step", timing.step, "minor", said)
    together = host.timings.together
    if together and together.verdict == "slower":
        said = f"the other steps together take {_seconds(together)}"
        yield Regression(host.host, "total", "together", "minor", said)


def _seconds(timing: Timing) -> str:
    return f"{duration(timing.after.median or 0)}, before {duration(timing.before.median or 0)}"


def _points(rating: RatingChange) -> str:
    return f"{rating.after.median:g}, before {rating.before.median:g}"
