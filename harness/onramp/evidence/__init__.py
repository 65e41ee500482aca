"""The run directory: events and logs as they happen, and everything that reads them back."""

from __future__ import annotations

from typing import Protocol

from onramp.evidence.events import Event, Noun
from onramp.model.action import Outcome


class EventLog(Protocol):
    """Where a host's evidence goes, as it happens; `HostEvidence` is its form on disk."""

    def append(self, event: Event | Noun) -> None: ...
    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str: ...
