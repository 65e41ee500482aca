"""What came of a run: steps, commands, requirements, ratings; rebuilt from events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from onramp.model.action import Role
from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding, Unexplained
from onramp.model.stack import StackFile
from onramp.model.step import StepStatus

RequirementStatus = Literal["met", "missing", "untestable"]


HostStatus = Literal["passed", "failed", "unreachable", "interrupted", "planned"]


class CommandRun(Struct, frozen=True):
    """One action really performed, in order; enough to write reproduce.sh."""

    step: str
    role: Role
    shown: str
    script: str
    as_root: bool
    exit_code: int | None
    seconds: float
    log: str
    attempt: int = 1
    pain: str = ""  # set on probes and remedies
    env: Mapping[str, str] = field(default_factory=dict)  # masked
    began_s: float = 0.0  # since the host's first event


class StepRun(Struct, frozen=True):
    """What became of a step."""

    id: str
    title: str
    documented: tuple[str, ...]
    status: StepStatus
    seconds: float = 0.0
    attempts: int = 0
    commands: tuple[CommandRun, ...] = ()
    note: str = ""
    began_s: float = 0.0  # since the host's first event


class RequirementRun(Struct, frozen=True):
    """What a team needs of a deployment tool, tried on this host.

    `because` says in one line why it is missing or could not be tested here (or what was seen);
    `evidence` points at the probe's own output.
    """

    id: str
    title: str
    status: RequirementStatus
    because: str = ""
    evidence: Evidence | None = None
    seconds: float = 0.0
    why: str = ""  # why a team needs it


class Rating(Struct, frozen=True):
    """`measured` 1..10 or None where nothing rated it; each reason names the points lost."""

    measured: int | None
    reviewer: int | None = None
    because: tuple[str, ...] = ()


class HostRun(Struct, frozen=True):
    """All that happened on one host; rebuilt from its events, never held elsewhere."""

    name: str
    address: str
    status: HostStatus
    steps: tuple[StepRun, ...] = ()
    findings: tuple[Finding, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    facts: Facts | None = None
    platform: str = ""
    versions: Mapping[str, str | None] = field(default_factory=dict)
    total_s: float = 0.0
    on_host_s: float = 0.0
    notes: tuple[str, ...] = ()
    leftovers: tuple[str, ...] | None = None  # None: never looked
    answers: tuple[str, ...] = ()  # URLs that answered from this side
    stack: str = ""
    method: str = ""  # the way to the engine that was gone: repository | distribution | …
    asked_method: str = ""  # the one the settings name; empty: it was left open
    faults: tuple[str, ...] = ()  # harness faults met on the way
    reviewer: Mapping[str, Any] = field(default_factory=dict)  # what the stack's author says
    review: Mapping[str, Any] = field(default_factory=dict)  # what who reviewed this host says
    image: str | None = None
    user: str = ""
    counter: tuple[int, ...] = ()  # readings, in order
    asked: tuple[str, ...] = ()  # the steps asked for, also of a host that never got a plan
    requirements: tuple[RequirementRun, ...] = ()
    cpu_waited: float | None = None  # share of the time in which something waited for a CPU, 0..1
    began: str = ""  # UTC, of the first event
    files: tuple[StackFile, ...] = ()  # of the stack; none: too large to show, or an old run

    @property
    def only_looked(self) -> bool:
        """Whether it was looked at and nothing tried, as doctor does: passing is no feat then."""
        return self.status == "passed" and is_only_a_look(self.asked)


def is_only_a_look(asked: Iterable[str]) -> bool:
    """Whether these steps are those of doctor."""
    return {*asked} == {"connect", "survey"}


class Statement(Struct, frozen=True):
    """A conclusion, and what shows it: a log, a pain point, a step, or, with none, the events.

    In the text, pairs of backticks mark code.
    """

    text: str
    step: str = ""  # its id; for a pain point, where it was met
    pain: str = ""  # its id
    log: str = ""  # that of one command, where it is not the step's last


class Report(Struct, frozen=True):
    """One host's report: the run plus what was concluded from it."""

    run: HostRun
    ratings: Mapping[str, Rating]
    strengths: tuple[Statement, ...] = ()
    weaknesses: tuple[Statement, ...] = ()
    concerns: tuple[Statement, ...] = ()
    verdict: str = ""
    in_numbers: str = ""  # the ratings as a sentence

    @property
    def recommendation(self) -> str:
        return f"{self.verdict} {self.in_numbers}".strip()


class RunReport(Struct, frozen=True):
    """All hosts of one run, failures last, and the exit code they add up to."""

    id: str  # the UTC stamp
    command: str
    started: str
    reports: tuple[Report, ...]
    exit_code: int
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
