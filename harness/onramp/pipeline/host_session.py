"""One host being visited: what the run wants of it, what is held of it, and its events.

What a job and a run are stands here, so that arriving (`arrival.py`) and the journey
(`hostwalk.py`) know them without knowing each other.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from onramp import journey
from onramp.diagnosis import findings
from onramp.evidence import replay
from onramp.evidence.run_dir import HostEvidence
from onramp.model.host import Host
from onramp.model.pain import Finding, PainPoint
from onramp.model.run import HostStatus
from onramp.model.stack import Stack
from onramp.providers import Provider
from onramp.remote.connection import SshTransport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """What to do on every host."""

    scope: journey.Scope
    stack: Stack
    pains: Mapping[str, PainPoint]
    allow: Collection[str] = ()
    check: bool = False
    keep: bool = False
    purge: bool = False
    remedies: bool = True
    requirements: bool = False  # measured as well, once the stack is verified
    ask_remedy: Callable[[str, Finding, str], bool] | None = None
    ask_key: Callable[[str], bool] | None = None
    stacks: Mapping[str, Stack] = field(default_factory=dict)  # by host: instead of `stack`
    prepare: Callable[[Host, str], Host] | None = None  # a recipe; asked before every step


@dataclass(slots=True)
class Run:
    """What the threads of one run share."""

    job: Job
    providers: Mapping[str, Provider]
    cancel: threading.Event = field(default_factory=threading.Event)
    finished: Callable[[HostEvidence], None] = lambda evidence: None
    meanwhile: Callable[[], None] = lambda: None  # done once, when every thread waits for a host
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


def end(run: Run, evidence: HostEvidence, status: HostStatus, **seconds: float) -> None:
    """The last event. Without `seconds` (total_s, on_host_s) the other events' times count."""
    rounded = {name: round(value, 3) for name, value in seconds.items()}
    evidence.append("end", status=status, **rounded)
    try:
        run.finished(evidence)
    except Exception as error:  # reports can be made again from the events
        fault(evidence, error)


def fault(evidence: HostEvidence, error: Exception) -> None:
    """A defect of ours, on this host's page; it must not take the other hosts down."""
    evidence.append(
        "fault", text=f"{type(error).__name__}: {error}", details=traceback.format_exc()
    )


class Failed(Exception):
    """The host's way ends here; why has been written down."""


class HostSession:
    """One host, as it is known by now, and the connection to it."""

    def __init__(self, run: Run, host: Host, evidence: HostEvidence) -> None:
        self.run, self.job, self.host, self.evidence = run, run.job, host, evidence
        self.stack = self.job.stacks.get(host.name, self.job.stack)
        self.transport: SshTransport | None = None
        self.pains = dict(self.job.pains)  # those whose own code has not broken here
        self.step = "connect"
        self.on_host_s = 0.0

    @property
    def link(self) -> SshTransport:
        """The connection, once there is one."""
        assert self.transport
        return self.transport

    def note(self, text: str) -> None:
        self.evidence.append("note", text=text)

    def found(self, finding: Finding) -> None:
        self.evidence.append("finding", **replay.fields(finding))

    def begin(self, step: str, title: str) -> None:
        self.step = step
        self.evidence.append("step", id=step, title=title, state="started")

    def finish(self, step: str, status: str, seconds: float, *, attempts: int = 1) -> None:
        self.evidence.append(
            "step", id=step, state="finished", status=status, seconds=seconds, attempts=attempts
        )

    def asked(self, question: Callable[[], T]) -> T:
        """What diagnosis answers; a pain point whose own code breaks is left out, visibly."""
        while True:
            try:
                return question()
            except findings.PainPointFault as fault:
                self.evidence.append("fault", text=str(fault), details=fault.details)
                self.pains.pop(fault.pain, None)
