"""One host while it is worked on: the connection to it, what is known of it, and its events."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from onramp.airgap.mirrors import Mirror
from onramp.config import host_patterns
from onramp.diagnosis import findings, matching
from onramp.errors import LinkError
from onramp.evidence import events
from onramp.evidence.host_evidence import HostEvidence, Listener
from onramp.evidence.run_dir import RunDirectory
from onramp.journey import Plan
from onramp.model.action import Command, Outcome
from onramp.model.host import Host
from onramp.model.pain import Finding
from onramp.model.run import HostStatus
from onramp.model.step import Stage, StepStatus
from onramp.pipeline.run_session import RunSession
from onramp.remote import Connection
from onramp.text.humanize import size
from onramp.text.sanitize import one_line

T = TypeVar("T")


class Failed(Exception):
    """The host's run ends here; why has been written down."""


class Interrupted(Exception):
    """Ctrl-C: whatever was going on has been written down."""


class HostSession:
    """`host` is as it is known by now, `step` the one that is going on."""

    def __init__(self, run: RunSession, host: Host, evidence: HostEvidence) -> None:
        self.run, self.host, self.evidence = run, host, evidence
        self.stack = run.stacks.get(host.name, run.options.stack)
        self.reboot = run.options.reboot or host.name in run.rebooted
        self.pains = run.pains  # those whose own code has not broken here
        self.step = "connect"
        self.acquired = False
        self.leased = False
        self.opened: Connection | None = None
        self.mirror: Mirror | None = None  # what it has instead of a network
        self.plan: Plan | None = None  # the first one
        self.changed = False  # whether any step was more than found satisfied
        self.on_host_s = 0.0
        self.remarked: set[str] = set()  # warnings, each noted once on a host
        self.check_memory: dict[str, Any] = {}  # what one check keeps for another

    @property
    def connection(self) -> Connection:
        """The connection, once there is one."""
        assert self.opened
        return self.opened

    def close(self) -> None:
        """The connection's end, if there was one; what was kept to go on with goes with it."""
        if self.opened:
            self.opened.close()
        self.opened = self.plan = None

    def clean_up(self, command: Command) -> None:
        """Takes away what is ours, also after Ctrl-C, as far as the host still listens."""
        self.connection.cancel = threading.Event()
        with suppress(LinkError):
            self.connection.run(command)

    def spent(self, outcome: Outcome) -> None:
        """The one place where the seconds are added up that commands took on the host."""
        self.on_host_s += outcome.seconds

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within, the host is only waited for: another may have its place, and its open file."""
        with self.evidence.let_go(), self.run.aside():
            yield

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """Within, nothing is asked of the host: what happens is written in one piece.

        One host decides at a time: threads of one interpreter that all would only get in each
        other's way.
        """
        with self.run.turn, self.evidence.together():
            yield

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        """Keeps what a command printed, and notes where that is not all of it; the log's path."""
        name = self.evidence.log(step, role, outcome, shown)
        if outcome.dropped_bytes:
            left_out = size(outcome.dropped_bytes)
            what = one_line(shown, 100)
            self.note(f"{what}: it printed more than is kept, {left_out} are left out of {name}")
        return name

    def note(self, text: str) -> None:
        self.evidence.append(events.Note(text=text))

    def progress(self, text: str) -> None:
        self.evidence.append(events.Progress(text=text))

    def found(self, finding: Finding) -> None:
        self.evidence.append(finding)

    def begin(self, stage: Stage) -> None:
        self.step = stage.id
        self.evidence.append(events.StepEvent(id=stage.id, title=stage.title, state="started"))

    def finish(self, step: str, status: StepStatus, seconds: float, *, attempts: int = 1) -> None:
        self.evidence.append(
            events.StepEvent(
                id=step, state="finished", status=status, seconds=seconds, attempts=attempts
            )
        )

    def prepare(self, step: str) -> None:
        """Lets a recipe change the host before a step."""
        self.host = self.run.prepare(self.host, step)

    def diagnosed(self, question: Callable[[], T]) -> T:
        """What diagnosis answers; a pain point whose own code breaks is left out, visibly."""
        return findings.ask(question, self._broken)

    def _broken(self, fault: matching.PainPointFault) -> None:
        self.pains = {name: pain for name, pain in self.pains.items() if name != fault.pain}
        self.evidence.append(events.Fault(text=str(fault), details=fault.details))

    def fault(self, error: Exception) -> None:
        """A defect of ours, on this host's page; it must not take the other hosts down."""
        self.evidence.append(
            events.Fault(text=f"{type(error).__name__}: {error}", details=traceback.format_exc())
        )

    def end(self, status: HostStatus, **seconds: float) -> None:
        """The last event. Without `seconds` (total_s, on_host_s) the other events' times count."""
        rounded = {name: round(value, 3) for name, value in seconds.items()}
        self.evidence.append(events.End(status=status, **rounded))
        self.reported()

    def reported(self) -> None:
        """Its end is told to whoever makes reports."""
        try:
            self.run.finished(self.evidence)
        except Exception as error:  # reports can be made again from the events
            self.fault(error)


def host_sessions(
    run: RunSession, directory: RunDirectory, listener: Listener | None = None
) -> list[HostSession]:
    """One for each host of a run, with its evidence in the run's directory."""
    sessions = [
        HostSession(
            run, host, directory.host(host.name, spec=host_patterns.word(host), listener=listener)
        )
        for host in run.options.hosts
    ]
    directory.begin()
    return sessions
