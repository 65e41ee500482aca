"""Where the seconds went on both sides, step by step and all together. Pure.

The time a pain point costs is told with the pain point where only one side met it, so that one
cause is one regression: it is taken off the step's seconds before they are judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import median
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from onramp.history.compare import noise
from onramp.history.compare.comparison_types import Range, Timed, Timing
from onramp.model.run import HostRun, Report, StepRun

DONE: Final = ("satisfied", "changed")
TIMED: Final[Mapping[noise.Direction, Timed]] = {
    "up": "slower",
    "down": "faster",
    "noise": "noise",
    "same": "same",
    "unknown": "not-compared",
}
Reports = Sequence[Report]


class _Way(Struct, frozen=True):
    """A step as most runs of a side did it, and what it took, with and without pain points."""

    status: str
    gross: tuple[float, ...]
    net: tuple[float, ...]


def waited(reports: Reports) -> list[float]:
    """Of each run that knows it: the share of the time in which something waited for a CPU."""
    return [one.run.cpu_waited for one in reports if one.run.cpu_waited is not None]


def of_steps(before: Reports, after: Reports, told: Collection[str]) -> tuple[Timing, ...]:
    """Each step that either side did; `told`: pain points whose time is told with them."""
    steps = dict.fromkeys(
        step.id for one in (*before, *after) for step in one.run.steps if step.status != "skipped"
    )
    return tuple(_step(name, before, after, told) for name in steps)


def unjudged(timing: Timing) -> Timing:
    """The same, where seconds say nothing of what was done in them."""
    if timing.verdict not in ("slower", "faster"):
        return timing
    return replace(timing, verdict="noise", note="not judged: the machine was too busy")


def together(
    before: Reports, after: Reports, timings: Sequence[Timing], told: Collection[str]
) -> Timing:
    """All steps that were compared and not told as slower or faster by themselves."""
    rest = [timing.step for timing in timings if timing.verdict in ("same", "noise")]

    def taken(run: HostRun) -> float | None:
        steps = {step.id: step for step in run.steps if step.status in DONE}
        if not rest or not all(name in steps for name in rest):
            return None
        return sum(_net(steps[name], run, told) for name in rest)

    return _of_runs("together", before, after, taken)


def lost(before: Reports, after: Reports) -> Timing:
    """Seconds that pain points cost, which are part of the steps'."""
    return _of_runs("lost", before, after, lambda run: sum(f.seconds_lost for f in run.findings))


def outside(before: Reports, after: Reports) -> Timing:
    """Booting the host, waiting for its turn, and Onramp itself; no requirement that was tried."""

    def rest(run: HostRun) -> float:
        steps_s = sum(step.seconds for step in run.steps)
        return max(0.0, run.total_s - steps_s - sum(need.seconds for need in run.requirements))

    return _of_runs("outside", before, after, rest)


def ranged(values: Sequence[float]) -> Range:
    """The middle, the least and the most."""
    if not values:
        return Range(0)
    return Range(
        len(values), round(median(values), 3), round(min(values), 3), round(max(values), 3)
    )


def _step(name: str, before: Reports, after: Reports, told: Collection[str]) -> Timing:
    old, new = _way(name, before, told), _way(name, after, told)
    if old is None or new is None:
        note = "not finished before" if old is None else "not finished now"
    elif old.status != new.status:
        note = f"{old.status} before, {new.status} now"
    else:
        verdict = TIMED[noise.seconds(old.net, new.net)]
        here = {
            finding.pain
            for one in (*before, *after)
            for finding in one.run.findings
            if finding.step == name and finding.pain in told and finding.seconds_lost
        }
        sides = ranged(old.gross), ranged(new.gross)
        return Timing(name, *sides, verdict, with_pains=tuple(sorted(here)))
    sides = ranged(old.gross if old else ()), ranged(new.gross if new else ())
    return Timing(name, *sides, "not-compared", note)


def _way(name: str, reports: Reports, told: Collection[str]) -> _Way | None:
    """Only of the runs that did it as most did: a step found satisfied took no time at all."""
    done = [
        (one.run, step)
        for one in reports
        for step in one.run.steps
        if step.id == name and step.status in DONE
    ]
    if not done:
        return None
    status = Counter(step.status for _, step in done).most_common(1)[0][0]
    alike = [(run, step) for run, step in done if step.status == status]
    return _Way(
        status,
        tuple(step.seconds for _, step in alike),
        tuple(_net(step, run, told) for run, step in alike),
    )


def _net(step: StepRun, run: HostRun, told: Collection[str]) -> float:
    cost = sum(f.seconds_lost for f in run.findings if f.step == step.id and f.pain in told)
    return max(0.0, step.seconds - cost)


def _of_runs(
    name: str, before: Reports, after: Reports, taken: Callable[[HostRun], float | None]
) -> Timing:
    old, new = (
        [seconds for one in side if (seconds := taken(one.run)) is not None]
        for side in (before, after)
    )
    return Timing(name, ranged(old), ranged(new), TIMED[noise.seconds(old, new)])
