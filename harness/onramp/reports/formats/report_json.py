"""report.json, schema 1, and the run that `--json` prints: every key always there, unknown as null.

Its types are the published schema too, so neither can say a key that the other does not.
"""

from __future__ import annotations

from typing import Any, Final, Literal, cast

from msgspec import UNSET, Struct, UnsetType

from onramp.model import pain as known
from onramp.model import run as walked
from onramp.model.action import Role
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, How, Kind, PainOutcome, Severity
from onramp.model.quantities import Count, Points, Seconds, Version1
from onramp.model.run import HostStatus, RequirementStatus
from onramp.model.step import StepStatus
from onramp.model.unknown import Unknown
from onramp.reports.formats import Logs, Reporter
from onramp.text.json_text import readable

SCHEMA: Final = 1


class Evidence(Struct):
    """The command that showed it, how it ended, the decisive lines, and where the rest is.

    `exit_code` is null where the command did not end by itself; `log` is a path below the host's
    folder.
    """

    command: str | None
    exit_code: int | None
    excerpt: str
    log: str | None


class Unexplained(Struct):
    """A failure that no pain point accounts for."""

    step: str
    command: str | None
    exit_code: int | None
    excerpt: str
    log: str | None


class System(Struct):
    """As /etc/os-release has it."""

    id: str | None
    version: str | None
    pretty_name: str | None


class Host(Struct):
    """`init` is systemd, sysvinit, openrc or the name of process 1."""

    name: str
    address: str
    os: System
    arch: str | None
    init: str | None


class Versions(Struct):
    """As the tools print them."""

    engine: str | None
    compose: str | None
    buildx: str | None


class Command(Struct):
    """What was run: `command` is what a person would type; `pain_point` is set on its remedy's."""

    command: str
    role: Role
    as_root: bool
    exit_code: int | None
    seconds: Seconds
    attempt: Count
    pain_point: str | None
    log: str | None


class Step(Struct):
    """A step of the journey; `documented` is what the documentation tells a newcomer to type."""

    id: str
    title: str
    documented: list[str]
    status: StepStatus
    seconds: Seconds
    attempts: Count
    commands: list[Command]


class Remedy(Struct):
    """`safe` runs by itself, `ask` after a yes, `human` is for a person to do."""

    commands: list[str]
    kind: Kind | None


class PainPoint(Struct):
    """A pain point met or foreseen. What only the catalogue knows is null once it is not there."""

    id: str
    phase: str | None
    title: str | None
    severity: Severity | None
    how: How
    outcome: PainOutcome
    seconds_lost: Seconds
    extra_commands: Count
    remedy: Remedy
    evidence: Evidence
    references: list[str]


class Rating(Struct):
    """`measured` from what happened, `reviewer` by a person; `because` names each point lost."""

    measured: Points | None
    reviewer: Points | None
    because: list[str]


class Ratings(Struct):
    """1 (hard) to 10 (easy); null where nothing rated it."""

    set_up: Rating
    task: Rating
    shut_down: Rating
    documentation: Rating


class Timings(Struct):
    """`on_host_s`: while commands ran on the host; `harness_s`: the rest."""

    total_s: Seconds
    on_host_s: Seconds
    harness_s: Seconds


class Requirement(Struct, kw_only=True):
    """What a team needs of a deployment tool, tried on the host."""

    id: str
    title: str
    why: str | None | UnsetType = UNSET  # a team needs it
    status: RequirementStatus
    because: str
    seconds: Seconds
    evidence: Evidence | None


class HostReport(Struct, kw_only=True):
    """One host's report."""

    schema: Version1 = SCHEMA
    host: Host
    status: HostStatus
    versions: Versions
    steps: list[Step]
    pain_points: list[PainPoint]
    unexplained: list[Unexplained]
    requirements: list[Requirement] | UnsetType = UNSET  # not in reports of older releases
    ratings: Ratings
    timings: Timings


class Run(Struct):
    """A run: its stamp, its exit code, and each host's report, failures last."""

    schema: Version1
    run: str
    exit_code: Literal[0, 2, 4, 130, 250]
    hosts: list[HostReport]


# --- writing ----------------------------------------------------------------------------------


def host(report: walked.Report, catalogue: Catalogue, _logs: Logs) -> str:
    """One host's report.json."""
    return readable(host_object(report, catalogue))


def run(report: walked.RunReport, catalogue: Catalogue) -> str:
    """What `--json` prints: the run, its exit code, and every host's report."""
    hosts = [host_object(entry, catalogue) for entry in report.reports]
    code = cast(Literal[0, 2, 4, 130, 250], report.exit_code)
    return readable(Run(SCHEMA, report.id, code, hosts))


def host_object(report: walked.Report, catalogue: Catalogue) -> HostReport:
    """One host's report."""
    run = report.run
    return HostReport(
        host=_host(run),
        status=run.status,
        versions=Versions(*map(run.versions.get, Versions.__struct_fields__)),
        steps=[_step(step) for step in run.steps],
        pain_points=[_pain_point(finding, catalogue) for finding in run.findings],
        unexplained=[
            Unexplained(failure.step, *_evidence_fields(failure.evidence))
            for failure in run.unexplained
        ],
        requirements=[_requirement(need) for need in run.requirements],
        ratings=Ratings(**{name: _rating(rating) for name, rating in report.ratings.items()}),
        timings=Timings(
            round(run.total_s, 3),
            round(run.on_host_s, 3),
            round(max(0.0, run.total_s - run.on_host_s), 3),
        ),
    )


def _host(run: walked.HostRun) -> Host:
    facts = run.facts or Facts()
    system = System(_known(facts.os_id), _known(facts.os_version), _known(facts.os_pretty))
    return Host(run.name, run.address, system, _known(facts.arch), _known(facts.init))


def _step(step: walked.StepRun) -> Step:
    return Step(
        id=step.id,
        title=step.title,
        documented=list(step.documented),
        status=step.status,
        seconds=round(step.seconds, 3),
        attempts=step.attempts,
        commands=[_command(command) for command in step.commands],
    )


def _command(command: walked.CommandRun) -> Command:
    return Command(
        command=command.shown,
        role=command.role,
        as_root=command.as_root,
        exit_code=command.exit_code,
        seconds=round(command.seconds, 3),
        attempt=command.attempt,
        pain_point=command.pain or None,
        log=command.log or None,
    )


def _pain_point(finding: known.Finding, catalogue: Catalogue) -> PainPoint:
    pain = catalogue.get(finding.pain)
    remedy = pain.remedy if pain else None
    commands = finding.remedy_commands or (remedy.commands if remedy else ())
    return PainPoint(
        id=finding.pain,
        phase=pain.phase if pain else None,
        title=pain.title if pain else None,
        severity=pain.severity if pain else None,
        how=finding.how,
        outcome=finding.outcome,
        seconds_lost=round(finding.seconds_lost, 3),
        extra_commands=finding.extra_commands,
        remedy=Remedy(list(commands), remedy.kind if remedy else None),
        evidence=Evidence(*_evidence_fields(finding.evidence)),
        references=list(pain.references) if pain else [],
    )


def _evidence_fields(seen: known.Evidence) -> tuple[str | None, int | None, str, str | None]:
    return seen.command or None, seen.exit_code, seen.excerpt, seen.log or None


def _requirement(need: walked.RequirementRun) -> Requirement:
    return Requirement(
        id=need.id,
        title=need.title,
        why=need.why or None,
        status=need.status,
        because=need.because,
        seconds=round(need.seconds, 3),
        evidence=Evidence(*_evidence_fields(need.evidence)) if need.evidence else None,
    )


def _rating(rating: walked.Rating) -> Rating:
    return Rating(rating.measured, rating.reviewer, list(rating.because))


def _known(value: Any) -> Any:
    return None if isinstance(value, Unknown) else value


JSON = Reporter(id="json", host_file="report.json", host=host, run=run)
