"""What a run adds up to: each host's report, failures last, and the exit code. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from onramp.model.pain import Catalogue, Severity
from onramp.model.run import HostRun, HostStatus, Report, RunReport
from onramp.reports.conclusions import cause, concerns, in_numbers, strengths, verdict, weaknesses
from onramp.reports.ratings import at_least, rate, severity_of
from onramp.text.humanize import counted, duration, in_words, listed, spelled
from onramp.text.sanitize import one_line

ORDER: Final[Mapping[HostStatus, int]] = {
    "planned": 0,
    "passed": 1,
    "interrupted": 2,
    "failed": 3,
    "unreachable": 4,
}


def build(
    runs: Sequence[HostRun],
    *,
    id: str,
    command: str,
    started: str,
    seconds: float,
    fail_on: Severity | None = None,
    catalogue: Catalogue | None = None,
    notes: Sequence[str] = (),
) -> RunReport:
    """The report of a run, failures last."""
    known = catalogue or {}
    return gathered(
        [host_report(run, known) for run in runs],
        id=id,
        command=command,
        started=started,
        seconds=seconds,
        fail_on=fail_on,
        catalogue=known,
        notes=notes,
    )


def gathered(
    reports: Iterable[Report],
    *,
    id: str,
    command: str,
    started: str,
    seconds: float,
    fail_on: Severity | None = None,
    catalogue: Catalogue | None = None,
    notes: Sequence[str] = (),
) -> RunReport:
    """The same of hosts that were reported on already, whole or in brief."""
    ordered = failures_last(reports)
    runs = [one.run for one in ordered]
    return RunReport(
        id=id,
        command=command,
        started=started,
        reports=ordered,
        exit_code=exit_code(runs, fail_on=fail_on, catalogue=catalogue),
        seconds=seconds,
        notes=tuple(notes),
    )


def failures_last(reports: Iterable[Report]) -> tuple[Report, ...]:
    return tuple(sorted(reports, key=lambda one: ORDER[one.run.status]))


def host_report(run: HostRun, catalogue: Catalogue) -> Report:
    """One host's report; also of a host that never answered."""
    ratings = rate(run, catalogue)
    return Report(
        run=run,
        ratings=ratings,
        strengths=tuple(strengths(run)),
        weaknesses=tuple(weaknesses(run, catalogue)),
        concerns=tuple(concerns(run, catalogue)),
        verdict=verdict(run, catalogue),
        in_numbers=in_numbers(run, ratings),
    )


def exit_code(
    runs: Sequence[HostRun], *, fail_on: Severity | None = None, catalogue: Catalogue | None = None
) -> int:
    """0 all passed or only planned · 2 one failed, or `fail_on` was met · 4 one was unreachable.

    130 and 250 are the caller's to say.
    """
    statuses = {run.status for run in runs}
    if "unreachable" in statuses:
        return 4
    met = any(is_met(run, fail_on, catalogue or {}) for run in runs) if fail_on else False
    return 2 if met or statuses & {"failed", "interrupted"} else 0


def is_met(run: HostRun, fail_on: Severity, catalogue: Catalogue) -> bool:
    """Whether a host shows a pain point at least as bad as `fail_on`."""
    return any(severity_of(finding, catalogue) in at_least(fail_on) for finding in run.findings)


def in_a_word(run: HostRun) -> str:
    """A host's status as people read it: of one that was only looked at, what was found."""
    return foreseen(len(run.findings)) if run.only_looked else run.status


def foreseen(count: int) -> str:
    """What a look at a host comes to."""
    return f"{counted(count, 'pain point')} foreseen" if count else "looks ready"


def of_a_look(runs: Sequence[HostRun]) -> str:
    """What looking at these hosts came to, as a sentence; empty where more was done."""
    if not runs or not all(run.only_looked for run in runs):
        return ""
    if len(runs) == 1:
        return f"{foreseen(len(runs[0].findings)).capitalize()}."
    ready = sum(not run.findings for run in runs)
    return f"{ready} of {len(runs)} hosts look ready."


def headline(run: HostRun) -> str:
    """What happened, in one sentence a tired person understands."""
    name, after = one_line(run.name), duration(run.total_s)
    if run.status == "planned":
        foreseen = f"; {_painful(run)}" if run.findings else ""
        return f"{name}: {counted(len(run.steps), 'step')} planned, nothing changed{foreseen}."
    if run.only_looked:
        nothing = "" if run.findings else ", nothing in the way"
        return f"{name}: {in_a_word(run)}{nothing}, after {after}."
    if run.status == "passed":
        return f"{name} passed in {after}: {_painful(run)}."
    where = _last_step(run)
    if run.status == "interrupted":
        return f"{name} was interrupted{f' during {where}' if where else ''}, after {after}."
    if run.status == "unreachable":
        lost = f"The link to {name} was lost{f' during {where}' if where else ''}"
        link = lost if where or run.facts else f"{name} was not reached"
        return f"{link}, after {after}: {cause(run)}."
    return f"{name} failed{f' at {where}' if where else ''} after {after}: {cause(run)}."


def _painful(run: HostRun) -> str:
    count = len(run.findings)
    if not count:
        return "no pain points"
    said = counted(count, "pain point")
    outcomes = Counter(in_words(finding.outcome) for finding in run.findings)
    if len(outcomes) == 1:
        whole = {1: "", 2: "both "}.get(count, "all ")
        return f"{said}, {whole}{next(iter(outcomes))}"
    return f"{said}, {listed(f'{spelled(some)} {outcome}' for outcome, some in outcomes.items())}"


def _last_step(run: HostRun) -> str:
    """Where it stopped; nowhere while not even the first connection stood."""
    failed = next((step for step in run.steps if step.status == "failed"), None)
    return "" if failed is None or failed.id == "connect" else one_line(failed.id)
