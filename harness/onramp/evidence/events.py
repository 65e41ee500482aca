"""Every event of events.jsonl, and run.json: each shape once.

Writers make these values; what is written, what a reader may rely on (event_types.py), the
published schemas and the table in docs/architecture.md follow from them. Facts, Finding,
Unexplained and RequirementRun are events as they are: `NOUNS`. A field is added with UNSET as its
default, so that older files still fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onramp.model.action import Cut, Role
from onramp.model.facts import Facts
from onramp.model.pain import Finding, Unexplained
from onramp.model.quantities import Count, Seconds, Version1
from onramp.model.run import HostStatus, RequirementRun
from onramp.model.stack import StackFile
from onramp.model.step import StepStatus

Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]


class RunHost(Struct):
    """`spec` is how `--hosts` names it; `path` its folder; `status` is null until it has ended."""

    name: str
    spec: str
    status: HostStatus | None
    path: str


class RunFile(Struct):
    """A run; `finished` and `exit_code` are null while it goes on, or when it died.

    `arguments`: the words of its command, secrets masked; `--resume` reads them.
    """

    schema: Version1
    id: str
    command: str
    started: Moment
    finished: Moment | None
    exit_code: Literal[0, 2, 4, 130, 250] | None
    hosts: list[RunHost]
    notes: list[str]
    arguments: list[str] | UnsetType = UNSET


class Event(Struct, kw_only=True):
    """Something that happened on a host; `NAME` is what its line calls it."""

    NAME: ClassVar[str] = ""


class HostEvent(Event):
    """Who it is, and what was asked of it."""

    NAME = "host"
    name: str
    address: str
    port: int
    user: str | None
    image: str | None
    provider: str
    stack: str
    reviewer: Mapping[str, Any]
    asked: tuple[str, ...] | UnsetType = UNSET  # the ids of the steps
    settings: dict[str, Any] | UnsetType = UNSET  # of `docker.*`, those that are not the default


class Files(Event):
    """The stack's files, as far as a report shows them; none where it is large."""

    NAME = "files"
    files: tuple[StackFile, ...]


class Progress(Event):
    """What goes on, for who watches."""

    NAME = "progress"
    text: str


class Note(Event):
    """Something that reaches the report."""

    NAME = "note"
    text: str


class Connected(Event):
    """A connection stands."""

    NAME = "connected"
    seconds: Seconds


class PlatformEvent(Event):
    """What it was taken for; `note` says so where that was by likeness."""

    NAME = "platform"
    id: str
    title: str
    note: str


class PlannedStep(Struct):
    """A step to come."""

    id: str
    title: str
    documented: tuple[str, ...]


class Plan(Event):
    """The steps to come; a later plan replaces what has not begun."""

    NAME = "plan"
    steps: tuple[PlannedStep, ...]
    method: str
    settings: dict[str, Any] | UnsetType = UNSET


class Resurvey(Event):
    """What had changed when the host was looked at again; the fields of `facts`."""

    NAME = "resurvey"
    changed: dict[str, Any]


class StepEvent(Event):
    """A step begins or ends; how it ended stands where `state` is "finished"."""

    NAME = "step"
    id: str
    state: Literal["started", "finished"]
    title: str | UnsetType = UNSET
    documented: tuple[str, ...] | UnsetType = UNSET
    status: StepStatus | UnsetType = UNSET
    seconds: Seconds | UnsetType = UNSET
    attempts: Count | UnsetType = UNSET
    note: str | UnsetType = UNSET


class CommandEvent(Event):
    """Something was run. `env` is masked; `cut` says why it did not end by itself."""

    NAME = "command"
    step: str
    role: Role
    attempt: Count
    shown: str
    exit_code: int | None
    log: str
    script: str = ""
    as_root: bool = False
    seconds: Seconds = 0.0
    cut: Cut | None | UnsetType = UNSET
    pain: str | UnsetType = UNSET
    env: dict[str, str] | UnsetType = UNSET
    excerpt: str | UnsetType = UNSET


class Versions(Event):
    """As the tools print them."""

    NAME = "versions"
    engine: str | None
    compose: str | None
    buildx: str | None


class Answer(Event):
    """A page answered; `way` is "direct", or what it was asked through."""

    NAME = "answer"
    url: str
    way: str


class Counter(Event):
    """A reading of the stack's counter."""

    NAME = "counter"
    value: int


class Leftovers(Event):
    """What stays on the host."""

    NAME = "leftovers"
    items: list[str]


class Cpu(Event):
    """How long the host is up, and had something waiting for a CPU; null: its kernel counts not."""

    NAME = "cpu"
    uptime_s: Seconds | UnsetType = UNSET
    cpu_waited_s: Seconds | None | UnsetType = UNSET


class Fault(Event):
    """A fault of Onramp itself."""

    NAME = "fault"
    text: str
    details: str | None


class End(Event):
    """How it ended; the last event. Without seconds, the other events' times count."""

    NAME = "end"
    status: HostStatus
    total_s: Seconds | UnsetType = UNSET
    on_host_s: Seconds | UnsetType = UNSET


Noun = Facts | Finding | Unexplained | RequirementRun
NOUNS: Final[dict[type, str]] = {
    Facts: "facts",
    Finding: "finding",
    Unexplained: "unexplained",
    RequirementRun: "requirement",
}
# Fields that older files do not have
LATER: Final[dict[type, tuple[str, ...]]] = {
    Facts: ("uptime_s", "cpu_waited_s"),
    Finding: ("open",),
    RequirementRun: ("why",),
}
# By event: fields that hold words of ours alone (ids, states, paths, what `--hosts` said), and
# by field: records within, with the same. They stand as they are, whatever anybody's password is.
OURS: Final[dict[str, frozenset[str]]] = {
    "host": frozenset({"name", "address", "user", "image", "provider", "stack", "asked"}),
    "platform": frozenset({"id", "title"}),
    "plan": frozenset({"method"}),
    "step": frozenset({"id", "state", "status"}),
    "command": frozenset({"step", "role", "log", "pain", "cut"}),
    "finding": frozenset({"pain", "step", "how", "outcome", "consequences", "rivals"}),
    "unexplained": frozenset({"step"}),
    "requirement": frozenset({"id", "status"}),
    "end": frozenset({"status"}),
}
WITHIN: Final[dict[str, frozenset[str]]] = {
    "evidence": frozenset({"log"}),
    "steps": frozenset({"id"}),
    "files": frozenset(),
    "listeners": frozenset(),
    "changed": frozenset(),
    "settings": frozenset(),
}
KINDS: Final[dict[str, type]] = {kind.NAME: kind for kind in Event.__subclasses__()} | {
    name: kind for kind, name in NOUNS.items()
}
