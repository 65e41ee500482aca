"""A host's evidence on a worker: nothing is written there, all of it goes to the controller.

Before a step begins, all that was said is on the controller's disk; a worker that is given up
learns it there, and begins no further step.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from onramp.evidence import logs
from onramp.evidence.event_lines import masked
from onramp.evidence.host_evidence import HostEvidence
from onramp.fleet.messages import PIECE, EventLine, LogPiece, Said
from onramp.model.action import Outcome
from onramp.model.run import HostStatus
from onramp.pipeline.host_session import Interrupted
from onramp.text.masking import Masker


class Uplink(Protocol):
    """`send` returns at once; `settled` waits, and is false where nothing more is wanted."""

    def send(self, said: Said) -> None: ...
    def settled(self) -> bool: ...


class StreamedEvidence(HostEvidence):
    """Stands in for `HostEvidence`; secrets are masked before anything leaves this process."""

    def __init__(
        self, name: str, *, masker: Masker, spec: str, uplink: Uplink, logs_before: int = 0
    ) -> None:
        super().__init__(name, Path("/nonexistent") / name, masker=masker, spec=spec)
        self.logs = logs_before
        self._uplink = uplink
        self._said: list[dict[str, Any]] = []

    def write(self, event: Mapping[str, Any]) -> None:
        """On its way when this returns. Raises Interrupted at a step that may not begin."""
        record = masked(event, self._masker)
        with self._lock:
            self.count += 1
            self._said.append({"event": record["event"]})
            self._uplink.send(EventLine(self.name, record))
        if record["event"] == "end":
            self.status = cast(HostStatus, record.get("status"))
        if begins_step(record) and not self._uplink.settled():
            raise Interrupted

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        """The log's path below the host's directory of the run, where it will be."""
        text = logs.text(outcome, shown, self._masker.mask)
        name = self._next_log(step, role)
        for piece, last in pieces(text):
            self._uplink.send(LogPiece(self.name, name, piece, last))
        return name

    def events(self) -> list[dict[str, Any]]:
        """Which there were; what they said is on the controller."""
        return list(self._said)


def begins_step(event: Mapping[str, Any]) -> bool:
    """Whether something is about to be done to the host."""
    return event["event"] == "step" and event.get("state") == "started"


def pieces(text: str, most: int = PIECE) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is the last; an empty one is one piece."""
    starts = range(0, max(1, len(text)), most)
    return [(text[start : start + most], start + most >= len(text)) for start in starts]
