"""What can be concluded from a run: strengths, weaknesses, concerns, a recommendation. Pure.

Every statement stands on something measured, and says on which step or pain point; those that name
neither stand on the events. What only a person can say is not said here. Text in backticks is code;
a host's own words cannot end it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from onramp.model.pain import Catalogue, Finding
from onramp.model.rating import RATINGS, STAGES
from onramp.model.run import HostRun, Rating, Statement, StepRun
from onramp.reports.form.shell_lines import is_performed
from onramp.reports.ratings import severity_of
from onramp.text.humanize import code, counted, duration, listed
from onramp.text.sanitize import one_line


def strengths(run: HostRun) -> Iterator[Statement]:
    if run.only_looked:
        yield Statement("Nothing was changed: the host was only looked at.")
    if run.status == "passed":
        login_s = next((step.began_s for step in run.steps if step.id == "connect"), 0.0)
        took_s = max(0.0, run.total_s - login_s)  # not the making of the host
        took = f"From the first login to the last step it took {duration(took_s)}."
        yield Statement(took, step="survey")
        if not run.findings:
            yield Statement("Nothing got in the way: no pain point was met or foreseen.")
        elif all(finding.outcome == "remedied" for finding in run.findings):
            count = len(run.findings)
            yield Statement(f"Every stumble ({count}) was remedied without a person.")
    up = seconds_of(run, "up")
    if up is not None:
        yield Statement(f"The stack {code(run.stack)} came up in {duration(up)}.", step="up")
    if run.counter:
        numbers = ", ".join(map(str, run.counter[:12]))
        counted_on = f"The application answered and kept count: it read {numbers}."
        yield Statement(counted_on, step="verify", log=_pages_log(run))
    if run.answers:
        urls = listed(code(url) for url in run.answers)
        yield Statement(f"It answered at {urls}.", step="verify", log=_pages_log(run))
    if run.leftovers == ():
        clean = "Nothing was left behind: the host after tear-down is the host before."
        yield Statement(clean, step="leftovers")
    satisfied = [
        step.id
        for step in run.steps
        if step.status == "satisfied" and step.id in STAGES["set_up"][2:]
    ]
    if satisfied:
        held = f"Nothing had to be done for {listed(map(code, satisfied))}: it held already."
        yield Statement(held, step=satisfied[0])


def weaknesses(run: HostRun, catalogue: Catalogue) -> Iterator[Statement]:
    for finding in run.findings:
        if finding.how == "encountered" and severity_of(finding, catalogue) != "notice":
            yield _stumble(finding, catalogue)
    for step in run.steps:
        if step.status == "failed" and run.status != "interrupted":
            yield _failure(step)
    if run.leftovers:
        shown = listed(code(item, 80) for item in run.leftovers[:5])
        more = f" and {len(run.leftovers) - 5} more" if len(run.leftovers) > 5 else ""
        yield Statement(f"Left behind after tear-down: {shown}{more}.", step="leftovers")
    slowest = max(run.steps, key=lambda step: step.seconds, default=None)
    if slowest and run.total_s >= 10 and slowest.seconds > run.total_s / 2:
        share = round(100 * min(1.0, slowest.seconds / run.total_s))
        part = f"{duration(slowest.seconds)} of {duration(run.total_s)}"
        most = f"{share}% of the time ({part}) went into {code(slowest.id)}."
        yield Statement(most, step=slowest.id)


def _pages_log(run: HostRun) -> str:
    """Of the last time that `verify` asked a page."""
    verify = next((step.commands for step in run.steps if step.id == "verify"), ())
    asked = [one.log for one in verify if one.shown.startswith("curl ")]
    return asked[-1] if asked else ""


def _stumble(finding: Finding, catalogue: Catalogue) -> Statement:
    pain = catalogue.get(finding.pain)
    title = pain.title if pain else one_line(finding.pain, 80)
    weight = f" ({pain.severity})" if pain else ""
    cost = [duration(finding.seconds_lost)] if finding.seconds_lost else []
    if finding.extra_commands:
        cost.append(counted(finding.extra_commands, "extra command"))
    said = f"; it cost {listed(cost)}" if cost else ""
    seen = "met" if finding.how == "encountered" else "foreseen"
    where = f" at {code(finding.step)}" if finding.step else ""
    met = f"{title}{weight}: {seen}{where}{said}, {_OUTCOMES[finding.outcome]}."
    return Statement(met, step=finding.step, pain=finding.pain)


_OUTCOMES: Final[Mapping[str, str]] = {
    "remedied": "and was remedied",
    "needs-human": "and needs a person",
    "unresolved": "and is unresolved",
    "noted": "and is only noted",
}


def _failure(step: StepRun) -> Statement:
    failed = [command for command in reversed(step.commands) if command.exit_code != 0]
    if not failed:
        return Statement(f"{one_line(step.title)}: the step failed.", step=step.id)
    last = next(filter(is_performed, failed), failed[0])  # what was looked at afterwards is not why
    ended = "never ended" if last.exit_code is None else f"ended with exit code {last.exit_code}"
    said = f"{one_line(step.title)}: {code(last.shown)} {ended}."
    return Statement(said, step=step.id, log=last.log)


def concerns(run: HostRun, catalogue: Catalogue) -> Iterator[Statement]:
    for finding in run.findings:
        open_ = finding.outcome != "remedied" and (
            finding.how == "foreseen" or severity_of(finding, catalogue) == "notice"
        )
        if open_:
            yield _stumble(finding, catalogue)
    for unexplained in run.unexplained:
        shown = code(unexplained.evidence.command)
        failed = f"Unexplained at {code(unexplained.step)}: {shown} failed."
        yield Statement(failed, step=unexplained.step)
    if run.answers and all(answer.endswith(")") for answer in run.answers):
        inside = "It answered only through the SSH connection; from outside, nothing answered."
        yield Statement(inside, step="verify", log=_pages_log(run))
    deployed = any(step.id in STAGES["task"] and step.status == "changed" for step in run.steps)
    if deployed and run.leftovers is None:
        yield Statement("Whether anything is left behind was not looked at.", step="leftovers")
    yield from (Statement(f"Noted: {one_line(note, 300)}") for note in run.notes)
    for fault in run.faults:
        yield Statement(f"A fault of this harness, not of the host: {one_line(fault, 300)}")


def verdict(run: HostRun, catalogue: Catalogue) -> str:
    """Whether the tool can be recommended on this host."""
    system = run.facts.os_pretty if run.facts and run.facts.os_pretty else run.name
    here = one_line(str(system))
    if run.status == "planned":
        return f"Nothing was tried on {here}, so nothing can be recommended yet."
    if run.status in ("unreachable", "interrupted"):
        return f"{here} was {run.status}: too little was seen to recommend anything."
    if run.status == "failed":
        return f"Not on {here} as it is: {cause(run)}."
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
        return f"On {here}, by what was seen, {said}; nothing was tried."
    if names:
        return (
            f"On {here} it works, with {counted(len(names), 'obstacle')} on the way: "
            f"{listed(map(code, names))}."
        )
    return f"On {here} it works without a serious obstacle."


def in_numbers(run: HostRun, ratings: Mapping[str, Rating]) -> str:
    """The ratings in one sentence; nothing where nothing was rated, or nothing was tried."""
    rated = [
        f"{RATINGS[name].word} {rating.measured}"
        for name, rating in ratings.items()
        if rating.measured is not None
    ]
    return f"Ratings out of 10: {listed(rated)}." if rated and run.status != "planned" else ""


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
