"""Pain points on both sides: new, gone, changed, or only met now and then. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.compare.nouns import PainChange, Presence, Seen
from harness.model import HostRun, PainOutcome, PainPoint, Report
from harness.prose.wording import code
from harness.rating import UNKNOWN_SEVERITY

OFTEN: Final = 0.6  # a share of runs that has to lie between "met" and "not met"
OVERCOME: Final = ("noted", "remedied")
ORDER: Final[tuple[PainOutcome, ...]] = ("noted", "remedied", "needs-human", "unresolved")
_Met = tuple[PainOutcome, str]  # what came of it, and at which step


def changes(
    before: Sequence[Report], after: Sequence[Report], catalogue: Mapping[str, PainPoint]
) -> tuple[PainChange, ...]:
    """Every pain point either side met, and every failure nothing explains."""
    old, new = [_met(one.run) for one in before], [_met(one.run) for one in after]
    known = dict.fromkeys(pain for run in (*new, *old) for pain in run)
    return tuple(_change(pain, _seen(pain, old), _seen(pain, new), catalogue) for pain in known)


def share(count: int, of: int) -> float:
    """Of the runs of a side; 0 where there was none."""
    return count / of if of else 0.0


def _met(run: HostRun) -> dict[str, list[_Met]]:
    found: dict[str, list[_Met]] = {}
    for finding in run.findings:
        found.setdefault(finding.pain, []).append((finding.outcome, finding.step))
    for failure in run.unexplained:
        found.setdefault(unexplained(failure.step), []).append(("unresolved", failure.step))
    return found


def unexplained(step: str) -> str:
    """What stands for a failure without a pain point; no id of the catalogue has a colon."""
    return f"unexplained:{step}"


def is_unexplained(pain: str) -> bool:
    return pain.startswith("unexplained:")


def _seen(pain: str, runs: Sequence[Mapping[str, list[_Met]]]) -> Seen:
    met = [run[pain] for run in runs if pain in run]
    steps = dict.fromkeys(step for each in met for _, step in each)
    return Seen(len(met), len(runs), _usual(met), tuple(steps))


def _usual(met: Sequence[list[_Met]]) -> PainOutcome | None:
    """What came of it in most runs, of each run the worst; None where runs do not agree."""
    worst = Counter(max((outcome for outcome, _ in each), key=ORDER.index) for each in met)
    for outcome, count in worst.most_common(1):
        return outcome if share(count, len(met)) >= OFTEN else None
    return None


def _change(name: str, before: Seen, after: Seen, catalogue: Mapping[str, PainPoint]) -> PainChange:
    pain = catalogue.get(name)
    title = pain.title if pain else next(_untitled(name))
    severity = pain.severity if pain else UNKNOWN_SEVERITY
    return PainChange(name, title, severity, _presence(before, after), before, after)


def _untitled(name: str) -> Iterator[str]:
    if is_unexplained(name):
        yield f"A failure at {code(name.partition(':')[2])} that nothing explains"
    yield name


def _presence(before: Seen, after: Seen) -> Presence:
    more = share(after.runs, after.of) - share(before.runs, before.of)
    if abs(more) >= OFTEN:
        return "new" if more > 0 else "gone"
    if not before.runs or not after.runs:
        return "now-and-then"
    if before.outcome is None or after.outcome is None or before.outcome == after.outcome:
        return "same"
    was, is_now = before.outcome in OVERCOME, after.outcome in OVERCOME
    return "worse" if was and not is_now else "changed"
