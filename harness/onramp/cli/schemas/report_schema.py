"""The shape of report.json (schema 1) and of the run object that `--json` prints."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onramp.model.action import Role
from onramp.model.pain import How, Kind, PainOutcome, Severity
from onramp.model.run import HostStatus, RequirementStatus
from onramp.model.step import StepStatus

Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Points = Annotated[int, Meta(ge=1, le=10)]
Version1 = Literal[1]


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


class Requirement(Struct):
    """What a team needs of a deployment tool, tried on the host."""

    id: str
    title: str
    status: RequirementStatus
    because: str
    evidence: Evidence | None
    seconds: Seconds
    why: str | None | UnsetType = UNSET  # a team needs it


class HostReport(Struct):
    """One host's report."""

    schema: Version1
    host: Host
    status: HostStatus
    versions: Versions
    steps: list[Step]
    pain_points: list[PainPoint]
    unexplained: list[Unexplained]
    ratings: Ratings
    timings: Timings
    requirements: list[Requirement] | UnsetType = UNSET  # not in reports of older releases


class Run(Struct):
    """A run: its stamp, its exit code, and each host's report, failures last."""

    schema: Version1
    run: str
    exit_code: Literal[0, 2, 4, 130, 250]
    hosts: list[HostReport]
