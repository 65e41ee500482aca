"""Pain points on both sides: new, gone, changed, or only met now and then. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import comb
from typing import Final

from msgspec import Struct

from onramp.history.compare.comparison_types import PainChange, Presence, Seen
from onramp.model.pain import Catalogue, How, PainOutcome, Severity
from onramp.model.run import HostRun, Report
from onramp.reports.ratings import UNKNOWN_SEVERITY
from onramp.text.humanize import code

OFTEN: Final = 0.6  # a share of runs that has to lie between "met" and "not met"
BY_CHANCE: Final = 0.05
OVERCOME: Final = ("noted", "remedied")
ORDER: Final[tuple[PainOutcome, ...]] = ("noted", "remedied", "needs-human", "unresolved")


class Met(Struct, frozen=True):
    """One meeting: what came of it, and at which step."""

    outcome: PainOutcome
    step: str
    how: How = "encountered"


class Walk(Struct, frozen=True):
    """What one run met, and how far it came: who fails early does not meet what comes later."""

    met: Mapping[str, list[Met]]
    reached: frozenset[str]


def changes(
    before: Sequence[Report], after: Sequence[Report], catalogue: Catalogue
) -> tuple[PainChange, ...]:
    """Every pain point either side met, and every failure nothing explains."""
    old, new = [walk(one.run) for one in before], [walk(one.run) for one in after]
    known = dict.fromkeys(pain for walk in (*new, *old) for pain in walk.met)
    return tuple(
        _change(pain, seen(pain, old, where), seen(pain, new, where), catalogue)
        for pain in known
        if (where := {one.step for walk in (*old, *new) for one in walk.met.get(pain, ())})
    )


def share(count: int, of: int) -> float:
    """Of the runs of a side; 0 where there was none."""
    return count / of if of else 0.0


def walk(run: HostRun) -> Walk:
    """What a host's run met, failures that nothing explains included."""
    met: dict[str, list[Met]] = {}
    for finding in run.findings:
        met.setdefault(finding.pain, []).append(Met(finding.outcome, finding.step, finding.how))
    for failure in run.unexplained:
        met.setdefault(unexplained(failure.step), []).append(Met("unresolved", failure.step))
    reached = {step.id for step in run.steps if step.status not in ("skipped", "planned")}
    return Walk(met, frozenset(reached))


def unexplained(step: str) -> str:
    """What stands for a failure without a pain point; no id of the catalogue has a colon."""
    return f"unexplained:{step}"


def is_unexplained(pain: str) -> bool:
    return pain.startswith("unexplained:")


def seen(pain: str, walks: Sequence[Walk], where: Collection[str]) -> Seen:
    """Out of the walks that came to where the pain point is met; "" is no step, and anywhere."""
    there = [walk for walk in walks if pain in walk.met or "" in where or walk.reached & {*where}]
    met = [walk.met[pain] for walk in there if pain in walk.met]
    steps = dict.fromkeys(one.step for each in met for one in each)
    foreseen = bool(met) and all(one.how == "foreseen" for each in met for one in each)
    return Seen(len(met), len(there), _usual(met), tuple(steps), foreseen)


def _usual(met: Sequence[list[Met]]) -> PainOutcome | None:
    """What came of it in most runs, of each run the worst; None where runs do not agree."""
    worst = Counter(max((one.outcome for one in each), key=ORDER.index) for each in met)
    for outcome, count in worst.most_common(1):
        return outcome if share(count, len(met)) >= OFTEN else None
    return None


def _change(name: str, before: Seen, after: Seen, catalogue: Catalogue) -> PainChange:
    title, severity = titled(name, catalogue)
    return PainChange(name, title, severity, presence(before, after), before, after)


def titled(name: str, catalogue: Catalogue) -> tuple[str, Severity]:
    """How it is called and how bad it is, by the catalogue; also what is not in it."""
    pain = catalogue.get(name)
    if pain:
        return pain.title, pain.severity
    if is_unexplained(name):
        step = code(name.partition(":")[2])
        return f"A failure at {step} that nothing explains", UNKNOWN_SEVERITY
    return name, UNKNOWN_SEVERITY


def _share(seen: Seen) -> float:
    return share(seen.runs, seen.of)


def _by_chance(rare: Seen, often: Seen) -> bool:
    """Whether one that both sides met may as well be met alike on both (Fisher's exact test).

    Met on one side only it is told as it was seen, however few runs there are.
    """
    met, of = rare.runs + often.runs, rare.of + often.of
    ways = sum(
        comb(often.of, count) * comb(rare.of, met - count)
        for count in range(often.runs, min(met, often.of) + 1)
    )
    return rare.runs > 0 and ways / comb(of, met) > BY_CHANCE


def presence(before: Seen, after: Seen) -> Presence:
    """What became of a pain point from one side to the other."""
    if not before.of or not after.of:
        return "unreached"
    more = share(after.runs, after.of) - share(before.runs, before.of)
    if abs(more) >= OFTEN and not _by_chance(*sorted((before, after), key=_share)):
        return "new" if more > 0 else "gone"
    if not before.runs or not after.runs:
        return "now-and-then"
    if before.outcome is None or after.outcome is None or before.outcome == after.outcome:
        return "same" if before.foreseen == after.foreseen else "changed"
    was, is_now = before.outcome in OVERCOME, after.outcome in OVERCOME
    return "worse" if was and not is_now else "changed"
