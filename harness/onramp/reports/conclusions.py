"""What can be concluded from a run: strengths, weaknesses, concerns, a recommendation. Pure.

Every sentence stands on something measured: a step, a command, a finding, a reading. What only a
person can say is not said here. Text in backticks is code; a host's own words cannot end it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from onramp.model.pain import Catalogue, Finding
from onramp.model.rating import RATINGS, STAGES
from onramp.model.run import HostRun, Rating, StepRun
from onramp.reports.ratings import severity_of
from onramp.text.humanize import code, counted, duration, listed
from onramp.text.sanitize import one_line


def strengths(run: HostRun) -> Iterator[str]:
    if run.only_looked:
        yield "Nothing was changed: the host was only looked at."
    if run.status == "passed":
        yield f"From the first login to the last step it took {duration(run.total_s)}."
        if not run.findings:
            yield "Nothing got in the way: no pain point was met or foreseen."
        elif all(finding.outcome == "remedied" for finding in run.findings):
            yield f"Every stumble ({len(run.findings)}) was remedied without a person."
    up = seconds_of(run, "up")
    if up is not None:
        yield f"The stack {code(run.stack)} came up in {duration(up)}."
    if run.counter:
        numbers = ", ".join(map(str, run.counter[:12]))
        yield f"The application answered and kept count: it read {numbers}."
    if run.answers:
        yield f"It answered at {listed(code(url) for url in run.answers)}."
    if run.leftovers == ():
        yield "Nothing was left behind: the host after tear-down is the host before."
    satisfied = [
        step.id
        for step in run.steps
        if step.status == "satisfied" and step.id in STAGES["set_up"][2:]
    ]
    if satisfied:
        yield f"Nothing had to be done for {listed(map(code, satisfied))}: it held already."


def weaknesses(run: HostRun, catalogue: Catalogue) -> Iterator[str]:
    for finding in run.findings:
        if finding.how == "encountered" and severity_of(finding, catalogue) != "notice":
            yield _stumble(finding, catalogue)
    for step in run.steps:
        if step.status == "failed" and run.status != "interrupted":
            yield _failure(step)
    if run.leftovers:
        shown = listed(code(item, 80) for item in run.leftovers[:5])
        more = f" and {len(run.leftovers) - 5} more" if len(run.leftovers) > 5 else ""
        yield f"Left behind after tear-down: {shown}{more}."
    slowest = max(run.steps, key=lambda step: step.seconds, default=None)
    if slowest and run.total_s >= 10 and slowest.seconds > run.total_s / 2:
        share = round(100 * min(1.0, slowest.seconds / run.total_s))
        yield (
            f"{share}% of the time ({duration(slowest.seconds)} of {duration(run.total_s)}) "
            f"went into {code(slowest.id)}."
        )


def _stumble(finding: Finding, catalogue: Catalogue) -> str:
    pain = catalogue.get(finding.pain)
    title = pain.title if pain else one_line(finding.pain, 80)
    weight = f" ({pain.severity})" if pain else ""
    cost = [duration(finding.seconds_lost)] if finding.seconds_lost else []
    if finding.extra_commands:
        cost.append(counted(finding.extra_commands, "extra command"))
    said = f"; it cost {listed(cost)}" if cost else ""
    seen = "met" if finding.how == "encountered" else "foreseen"
    where = f" at {code(finding.step)}" if finding.step else ""
    return f"{title}{weight}: {seen}{where}{said}, {_OUTCOMES[finding.outcome]}."


_OUTCOMES: Final[Mapping[str, str]] = {
    "remedied": "and was remedied",
    "needs-human": "and needs a person",
    "unresolved": "and is unresolved",
    "noted": "and is only noted",
}


def _failure(step: StepRun) -> str:
    last = next((command for command in reversed(step.commands) if command.exit_code != 0), None)
    if last is None:
        return f"{one_line(step.title)}: the step failed."
    ended = "never ended" if last.exit_code is None else f"ended with exit code {last.exit_code}"
    return f"{one_line(step.title)}: {code(last.shown)} {ended}."


def concerns(run: HostRun, catalogue: Catalogue) -> Iterator[str]:
    for finding in run.findings:
        open_ = finding.outcome != "remedied" and (
            finding.how == "foreseen" or severity_of(finding, catalogue) == "notice"
        )
        if open_:
            yield _stumble(finding, catalogue)
    for unexplained in run.unexplained:
        shown = code(unexplained.evidence.command)
        yield f"Unexplained at {code(unexplained.step)}: {shown} failed."
    if run.answers and all(answer.endswith(")") for answer in run.answers):
        yield "It answered only through the SSH connection; from outside, nothing answered."
    deployed = any(step.id in STAGES["task"] and step.status == "changed" for step in run.steps)
    if deployed and run.leftovers is None:
        yield "Whether anything is left behind was not looked at."
    yield from (f"Noted: {one_line(note, 300)}" for note in run.notes)
    yield from (
        f"A fault of this harness, not of the host: {one_line(fault, 300)}" for fault in run.faults
    )


def recommendation(run: HostRun, ratings: Mapping[str, Rating], catalogue: Catalogue) -> str:
    system = run.facts.os_pretty if run.facts and run.facts.os_pretty else run.name
    here = one_line(str(system))
    rated = listed(
        f"{RATINGS[name].word} {rating.measured}"
        for name, rating in ratings.items()
        if rating.measured is not None
    )
    numbers = f" Ratings out of 10: {rated}." if rated else ""
    if run.status == "planned":
        return f"Nothing was tried on {here}, so nothing can be recommended yet."
    if run.status in ("unreachable", "interrupted"):
        return f"{here} was {run.status}: too little was seen to recommend anything.{numbers}"
    if run.status == "failed":
        return f"Not on {here} as it is: {cause(run)}.{numbers}"
    hard = [
        one_line(finding.pain, 80)
        for finding in run.findings
        if severity_of(finding, catalogue) in ("blocker", "major")
    ]
    names = list(dict.fromkeys(hard))
    if run.only_looked:
        said = (
            f"expect {listed(map(code, names))}" if names else "nothing serious stands in the way"
        )
        return f"On {here}, by what was seen, {said}; nothing was tried.{numbers}"
    if names:
        return (
            f"On {here} it works, with {counted(len(names), 'obstacle')} on the way: "
            f"{listed(map(code, names))}.{numbers}"
        )
    return f"On {here} it works without a serious obstacle.{numbers}"


def cause(run: HostRun) -> str:
    """Why it ended as it did: the open pain points, or what was noted last."""
    open_ = [
        one_line(finding.pain, 80)
        for finding in run.findings
        if finding.outcome in ("unresolved", "needs-human")
    ]
    if open_ and not run.unexplained:
        return f"{listed(dict.fromkeys(open_))}, not remedied"
    if run.unexplained:
        return f"{counted(len(run.unexplained), 'failure')} nobody has explained yet"
    return "; ".join(one_line(note) for note in run.notes[-1:]) or "no cause was recognised"


def seconds_of(run: HostRun, step_id: str) -> float | None:
    """How long a step took; None where it was not performed."""
    return next(
        (
            step.seconds
            for step in run.steps
            if step.id == step_id and step.status in ("changed", "satisfied")
        ),
        None,
    )
