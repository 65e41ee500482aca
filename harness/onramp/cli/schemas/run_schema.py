"""The shapes of run.json, of reviews, and of one line of events.jsonl."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onramp.model.action import Cut, Role
from onramp.model.pain import How, PainOutcome
from onramp.model.quantities import Count, Seconds, Version1
from onramp.model.run import HostStatus, RequirementStatus
from onramp.model.step import StepStatus

Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
Share = Annotated[float, Meta(ge=0, le=1)]


class RunHost(Struct):
    """`spec` is how `--hosts` names it; `path` its folder; `status` is null until it has ended."""

    name: str
    spec: str
    status: HostStatus | None
    path: str


class RunFile(Struct):
    """A run; `finished` and `exit_code` are null while it goes on, or when it died."""

    schema: Version1
    id: str
    command: str
    started: Moment
    finished: Moment | None
    exit_code: Literal[0, 2, 4, 130, 250] | None
    hosts: list[RunHost]
    notes: list[str]


# --- events ----------------------------------------------------------------------------------


class Seen(Struct):
    """Evidence of a finding: the command, how it ended, the decisive lines, and its log."""

    command: str
    exit_code: int | None
    excerpt: str
    log: str


class HostEvent(Struct):
    """Who it is, and what was asked of it."""

    name: str
    address: str
    port: int
    user: str | None
    image: str | None
    provider: str
    stack: str
    reviewer: dict[str, Any]
    asked: list[str] | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


class File(Struct):
    """A file of the stack; `omitted` says why its text is not here."""

    path: str
    text: str
    omitted: str
    executable: bool


class Files(Struct):
    """The stack's files, as far as a report shows them."""

    files: list[File]


class Told(Struct):
    """A progress, or a note that reaches the report."""

    text: str


class Connected(Struct):
    """A connection stands."""

    seconds: Seconds


class PlatformEvent(Struct):
    """What it was taken for; `note` says so where that was by likeness."""

    id: str
    title: str
    note: str


class PlannedStep(Struct):
    """A step to come."""

    id: str
    title: str
    documented: list[str]


class Plan(Struct):
    """The steps to come; a later plan replaces what has not begun."""

    steps: list[PlannedStep]
    method: str
    settings: dict[str, Any] | UnsetType = UNSET


class Resurvey(Struct):
    """What had changed when the host was looked at again; the fields of `facts`."""

    changed: dict[str, Any]


class StepEvent(Struct):
    """A step begins or ends; how it ended stands where `state` is "finished"."""

    id: str
    state: Literal["started", "finished"]
    title: str | UnsetType = UNSET
    documented: list[str] | UnsetType = UNSET
    status: StepStatus | UnsetType = UNSET
    seconds: Seconds | UnsetType = UNSET
    attempts: Count | UnsetType = UNSET
    note: str | UnsetType = UNSET


class CommandEvent(Struct, kw_only=True):
    """Something was run. `env` is masked; `cut` says why it did not end by itself."""

    step: str
    role: Role
    attempt: Count
    shown: str
    script: str
    as_root: bool
    exit_code: int | None
    cut: Cut | None | UnsetType = UNSET
    seconds: Seconds
    log: str
    pain: str | UnsetType = UNSET
    env: dict[str, str] | UnsetType = UNSET
    excerpt: str | UnsetType = UNSET


class FindingEvent(Struct):
    """A pain point; a later one of the same pain point and step replaces it."""

    pain: str
    step: str
    how: How
    evidence: Seen
    because: list[str]
    confidence: Share
    outcome: PainOutcome
    remedy_commands: list[str]
    seconds_lost: Seconds
    extra_commands: Count
    consequences: list[str]
    rivals: list[str]
    open: bool | UnsetType = UNSET


class UnexplainedEvent(Struct):
    """A failure that no pain point accounts for."""

    step: str
    evidence: Seen


class RequirementEvent(Struct):
    """What a team needs of a deployment tool, tried on the host."""

    id: str
    title: str
    status: RequirementStatus
    because: str
    evidence: Seen | None
    seconds: Seconds
    why: str | UnsetType = UNSET  # a team needs it


class VersionsEvent(Struct):
    """As the tools print them."""

    engine: str | None
    compose: str | None
    buildx: str | None


class Answer(Struct):
    """A page answered; `way` is "direct", or what it was asked through."""

    url: str
    way: str


class Counter(Struct):
    """A reading of the stack's counter."""

    value: int


class Cpu(Struct):
    """How long the host is up, and had something waiting for a CPU; null: its kernel counts not."""

    uptime_s: Seconds | UnsetType = UNSET
    cpu_waited_s: Seconds | None | UnsetType = UNSET


class Leftovers(Struct):
    """What stays on the host."""

    items: list[str]


class Fault(Struct):
    """A fault of Onramp itself."""

    text: str
    details: str | None


class End(Struct):
    """How it ended; the last event. Without seconds, the other events' times count."""

    status: HostStatus
    total_s: Seconds | UnsetType = UNSET
    on_host_s: Seconds | UnsetType = UNSET


EVENTS: Final[dict[str, type[Struct]]] = {
    "host": HostEvent,
    "progress": Told,
    "note": Told,
    "connected": Connected,
    "platform": PlatformEvent,
    "plan": Plan,
    "resurvey": Resurvey,
    "step": StepEvent,
    "command": CommandEvent,
    "finding": FindingEvent,
    "unexplained": UnexplainedEvent,
    "requirement": RequirementEvent,
    "versions": VersionsEvent,
    "answer": Answer,
    "counter": Counter,
    "leftovers": Leftovers,
    "fault": Fault,
    "cpu": Cpu,
    "files": Files,
    "end": End,
}
