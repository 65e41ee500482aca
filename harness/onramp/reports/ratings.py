"""How it was, from 1 to 10: what happened on a host turned into ratings. Pure.

Each rating starts at 10. Every stumble, detour, wait and relic takes points, each named in
`because`; a stage that failed, or was never reached because an earlier one failed, is 1. Nothing
adds points, so one more stumble never raises a rating, and the same events always give the same
numbers. A stage that was not asked for, or was cut short by something else (link lost,
interrupted, a fault of Onramp), is not rated: None. docs/ratings.md has the model for readers; a
test holds its tables against the ones here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from onramp.model.pain import SEVERITIES, Catalogue, Finding, Severity
from onramp.model.rating import STAGES, Stage
from onramp.model.run import HostRun, Rating, StepRun
from onramp.model.step import REBOOT
from onramp.text.humanize import code, counted, duration, listed
from onramp.text.sanitize import one_line

WAY_IN: Final = ("connect", "survey", "find-stack")  # begin any way; alone they are no stage
_PHASES: Final[Mapping[str, Stage]] = {
    "build": "task",
    "up": "task",
    "verify": "task",
    "stop": "shut_down",
    "down": "shut_down",
}

LEAST: Final = 2  # of what was got through, however hard: 1 is what never came up
# Points lost. A pain point not in the catalogue counts as UNKNOWN_SEVERITY.
MET: Final[Mapping[Severity, int]] = {"blocker": 3, "major": 2, "minor": 1, "notice": 0}
FORESEEN: Final[Mapping[Severity, int]] = {"blocker": 1, "major": 1, "minor": 0, "notice": 0}
UNKNOWN_SEVERITY: Final[Severity] = "major"
NEEDS_A_PERSON: Final = 1  # a remedy somebody had to allow or do by hand
WORKAROUND: Final = 1  # a stage was got through by commands its documentation does not have
SHARP: Final[Mapping[str, int]] = {"stop-timeout-sigkill": 1}  # hurts more than its severity says
EXTRA_COMMANDS: Final = ((12, 2), (6, 1))  # from so many commands, so many points
SECONDS_LOST: Final = ((300.0, 2), (60.0, 1))
RELOGIN: Final = 1
LEFTOVERS: Final = ((4, 2), (1, 1))
KEPT: Final = ("image", "directory")  # `down` is documented to keep images; the copy is ours
UNDOCUMENTED: Final[Mapping[Severity, int]] = {"blocker": 2, "major": 2, "minor": 1, "notice": 0}
UNEXPLAINED: Final = 2  # documentation: a failure nobody wrote about
DOCUMENTED_WAY_FAILED: Final = 4  # after the set-up; a set-up that failed is 1


class Deduction(Struct, frozen=True):
    """Points lost, and to what."""

    points: int
    reason: str

    def __str__(self) -> str:
        return f"{self.points} for {self.reason}"


def rate(run: HostRun, catalogue: Catalogue) -> dict[str, Rating]:
    """`set_up`, `task`, `shut_down` and `documentation`, measured, beside a reviewer's own."""
    rated: dict[str, Rating] = {}
    for stage in STAGES:
        rated[stage] = _stage(run, stage, catalogue)
    rated["documentation"] = _documentation(run, catalogue)
    reviewer = run.reviewer.get("ratings")
    given = reviewer if isinstance(reviewer, Mapping) else {}
    return {
        name: Rating(rating.measured, _reviewed(given.get(name)), rating.because)
        for name, rating in rated.items()
    }


def stage_of(finding: Finding, catalogue: Catalogue) -> Stage:
    """Which part of the way a stumble belongs to: by its step, else by its pain point's phase.

    What the survey foresees, and what is seen after a restart, hurts where it is made.
    """
    pain = catalogue.get(finding.pain)
    by_phase = finding.how == "foreseen" and finding.step == "survey" or finding.step in REBOOT
    if not (pain and by_phase):
        for stage, steps in STAGES.items():
            if finding.step in steps:
                return stage
    return _PHASES.get(pain.phase, "set_up") if pain else "set_up"


def severity_of(finding: Finding, catalogue: Catalogue) -> Severity:
    """How bad the catalogue says it is."""
    pain = catalogue.get(finding.pain)
    return pain.severity if pain else UNKNOWN_SEVERITY


def at_least(severity: Severity) -> tuple[Severity, ...]:
    """That one and all that are worse."""
    return SEVERITIES[: SEVERITIES.index(severity) + 1]


def is_relogin(shown: str, script: str) -> bool:
    """Whether a performed action was "log out and in again"."""
    return not script and bool(re.search(r"\blog (?:out|in)\b", shown))


def begins_a_login(shown: str, script: str) -> bool:
    """Whether what an earlier command set in its shell is gone after this action."""
    return is_relogin(shown, script) or is_restart(shown)


def is_restart(shown: str) -> bool:
    """Whether a performed action was a restart of the host."""
    return bool(re.fullmatch(r"(?:sudo )?(?:systemctl )?reboot", shown.strip()))


def _stage(run: HostRun, stage: Stage, catalogue: Catalogue) -> Rating:
    if run.status == "planned":
        return _unrated("nothing was tried")
    if not _asked(run, stage):
        return _unrated("it was not asked for")
    steps = [step for step in run.steps if step.id in STAGES[stage]]
    failed = next((step for step in steps if step.status == "failed"), None)
    reached = any(step.status in ("satisfied", "changed", "failed") for step in steps)
    over = reached and not failed and not any(step.status == "skipped" for step in steps)
    cut_short = _cut_short(run)
    if cut_short and not over:
        return _unrated(f"{cut_short} before it was over")
    lost = list(_deductions(run, stage, steps, catalogue))
    if failed:
        return _worst(f"{code(failed.id)} failed", lost)
    if not reached and run.status == "failed":
        return _worst("never reached, an earlier step failed", lost)
    return _sum(lost) if reached else _unrated("it was never begun")


def _asked(run: HostRun, stage: Stage) -> bool:
    """Whether the stage was to be gone through at all; `deploy` alone says nothing of set-up."""
    asked = {*(run.asked or (step.id for step in run.steps))} - {*WAY_IN}
    if not asked and not run.asked:  # an old run that ended before a plan was written down
        return stage == "set_up"
    return not asked.isdisjoint(STAGES[stage])


def _cut_short(run: HostRun) -> str:
    """What ended the run, where that is no verdict on what was tried; in words, or nothing."""
    if run.status in ("unreachable", "interrupted"):
        return f"the host was {run.status}"
    failed = {step.id for step in run.steps if step.status == "failed"}
    told = {finding.step for finding in run.findings} | {one.step for one in run.unexplained}
    ours = run.status == "failed" and run.faults and failed.isdisjoint(told)
    return "a fault of Onramp ended it" if ours else ""


def _deductions(
    run: HostRun, stage: Stage, steps: list[StepRun], catalogue: Catalogue
) -> Iterator[Deduction]:
    here = [finding for finding in run.findings if stage_of(finding, catalogue) == stage]
    for finding in here:
        yield from _stumble(finding, catalogue)
    extra = sum(finding.extra_commands for finding in here)
    yield from _tier(extra, EXTRA_COMMANDS, f"{counted(extra, 'extra command')}")
    seconds = sum(finding.seconds_lost for finding in here)
    yield from _tier(seconds, SECONDS_LOST, f"{duration(seconds)} lost to stumbles")
    relogins = [
        command
        for step in steps
        for command in step.commands
        if is_relogin(command.shown, command.script)
    ]
    if relogins:
        yield Deduction(RELOGIN, "logging out and in again")
    around = dict.fromkeys(code(one.pain) for one in here if _is_workaround(one, run))
    if around:
        yield Deduction(WORKAROUND, f"a workaround for {listed(around)}, not in the documentation")
    relics = [item for item in run.leftovers or () if item.split(" ")[0] not in KEPT]
    left = len(relics) if stage == "shut_down" else 0
    yield from _tier(left, LEFTOVERS, f"{counted(left, 'thing')} left behind")


def _stumble(finding: Finding, catalogue: Catalogue) -> Iterator[Deduction]:
    severity = severity_of(finding, catalogue)
    known = finding.pain in catalogue
    hurt = finding.how == "encountered" or finding.outcome in ("needs-human", "unresolved")
    points = (MET if hurt else FORESEEN)[severity] + SHARP.get(finding.pain, 0) * hurt
    if points:
        how = "met" if finding.how == "encountered" else "foreseen"
        weight = severity if known else "severity unknown"
        yield Deduction(points, f"{code(finding.pain)} {how} ({weight})")
    pain = catalogue.get(finding.pain)
    allowed = finding.outcome == "remedied" and pain and pain.remedy and pain.remedy.kind == "ask"
    if finding.outcome == "needs-human" or allowed:
        yield Deduction(NEEDS_A_PERSON, f"{code(finding.pain)}, which needs a person")


def _is_workaround(finding: Finding, run: HostRun) -> bool:
    """Whether a stumble was overcome, and by nothing that the documentation says."""
    typed = [text for text in finding.remedy_commands if not is_relogin(text, "")]
    return finding.outcome == "remedied" and bool(typed) and not _is_told(typed, run)


def _is_told(commands: Iterable[str], run: HostRun) -> bool:
    """Whether the documentation of any step has one of these command lines."""
    documented = {_gist(text, run.user) for step in run.steps for text in step.documented}
    return not documented.isdisjoint(_gist(command, run.user) for command in commands)


def _documentation(run: HostRun, catalogue: Catalogue) -> Rating:
    """How far the documented commands alone led."""
    followed = [
        step
        for step in run.steps
        if step.documented
        and step.id not in ("connect", "survey")
        and step.status in ("changed", "failed")
    ]
    cut_short = _cut_short(run)
    if cut_short or not followed or run.status == "planned":
        return _unrated(cut_short or "no documented command was followed")
    lost: list[Deduction] = []
    for finding in run.findings:
        points = UNDOCUMENTED[severity_of(finding, catalogue)]
        told = _is_told(finding.remedy_commands, run)
        if finding.how == "encountered" and points and not told:
            lost.append(Deduction(points, f"{code(finding.pain)}, which it does not cure"))
    lost += [
        Deduction(UNEXPLAINED, f"an unexplained failure at {code(unexplained.step)}")
        for unexplained in run.unexplained
    ]
    failed = next((step for step in followed if step.status == "failed"), None)
    if failed and failed.id in STAGES["set_up"]:
        return _worst(f"it ended at {code(failed.id)}, before anything ran", lost)
    if failed:
        reason = f"ending at {code(failed.id)}"
        lost.append(Deduction(DOCUMENTED_WAY_FAILED, reason))
    return _sum(lost)


def _gist(command: str, user: str) -> str:
    """What a command line is about: `sudo usermod -aG docker ada` and `… $USER` are the same."""
    left_out = ("sudo", "$USER", user)
    words = [word for word in one_line(command, 500).split() if word not in left_out]
    return " ".join(words[:3])


def _tier(amount: float, table: Iterable[tuple[float, int]], reason: str) -> Iterator[Deduction]:
    for least, points in table:
        if amount >= least:
            yield Deduction(points, reason)
            return


def _sum(lost: list[Deduction]) -> Rating:
    measured = max(LEAST, 10 - sum(deduction.points for deduction in lost))
    return Rating(measured, because=tuple(map(str, lost)))


def _unrated(why: str) -> Rating:
    return Rating(None, because=(f"not rated: {why}",))


def _worst(reason: str, lost: list[Deduction]) -> Rating:
    return Rating(1, because=(reason, *map(str, lost)))


def _reviewed(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 1 <= value <= 10 else None  # type: ignore[operator,return-value]
