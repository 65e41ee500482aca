"""One check while it is performed: what it asks of, how long it may take, what it says."""

from __future__ import annotations

import time
from typing import Any, Final

from msgspec import Struct, field

from onramp.evidence import EventLog
from onramp.evidence.events import Event
from onramp.model.action import Check
from onramp.remote import Connection, engine

PAUSE_S: Final = 0.5  # between two looks at something that is not there yet


class Cancelled(Exception):
    """Somebody pressed Ctrl-C while we were waiting."""


class CheckRun(Struct):
    """`memory` is the host's, kept from check to check; `deadline` is on the monotonic clock."""

    check: Check
    connection: Connection
    memory: dict[str, Any]
    evidence: EventLog | None
    deadline: float
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)

    def argument(self, name: str, default: Any = None) -> Any:
        return self.check.with_.get(name, default)

    def waits(self) -> bool:
        """Sleeps; or returns False, the time being up. Raises Cancelled."""
        if time.monotonic() >= self.deadline:
            return False
        self.pause()
        return True

    def pause(self, seconds: float = PAUSE_S) -> None:
        """Sleeps. Raises Cancelled."""
        if self.connection.cancel.wait(seconds):
            raise Cancelled

    def note(self, event: Event) -> None:
        """A number for the evidence."""
        if self.evidence is not None:
            self.evidence.append(event)

    def engine(self) -> Any:
        """The engine's client, for a `with` statement."""
        return engine.connected(self.connection, as_root=bool(self.argument("as_root")))
