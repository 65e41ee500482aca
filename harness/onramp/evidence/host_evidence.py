"""One host's evidence: its events, logs and facts, written down as it happens, secrets masked.

Each event reaches the file system before the next thing happens to the host, so a process that
dies loses nothing. A full disk does not stop a run: what could not be written waits in memory, is
tried again with the next event, and is named in `faults`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from onramp.evidence import logs, stamps
from onramp.evidence.event_lines import line, masked
from onramp.evidence.events import Event, Noun
from onramp.evidence.files import GrowingFile, write_atomically
from onramp.evidence.stored_events import parsed
from onramp.model.action import Outcome
from onramp.model.run import HostStatus
from onramp.text.file_names import file_name
from onramp.text.json_text import readable
from onramp.text.masking import Masker

NOT_ON_DISK: Final = "are not on disk"
_encoded: Final = json.JSONEncoder(ensure_ascii=False).encode
PENDING_BYTES = 16 * 1024 * 1024  # events kept while the disk is full
Listener = Callable[[str, Mapping[str, Any]], None]


class HostEvidence:
    """One host's events, logs and facts. Safe to use from several threads."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        masker: Masker,
        spec: str = "",
        listener: Listener | None = None,
    ) -> None:
        self.name = name
        self.path = path
        self.spec = spec or name
        self.status: HostStatus | None = None
        self._masker = masker
        self.listener = listener
        self._lock = threading.RLock()
        self._faults: dict[str, None] = {}
        self._pending = b""
        self._file = GrowingFile(path / "events.jsonl")
        self._held = False  # whether it stays open
        self._together = 0  # blocks at whose end events are written in one piece
        self.logs = 0  # so far, of which each has its number
        self.count = 0  # of events so far

    def go_on(self) -> HostStatus | None:
        """After what an earlier process wrote, of which a last line may be cut short.

        How the host had ended then; None where it had not.
        """
        stored = self._stored()
        events = parsed(stored)
        if stored and not stored.endswith(b"\n"):
            self._pending = b"\n"
        self.count = len(events)
        ends = [event.get("status") for event in events if event["event"] == "end"]
        self.status = cast(HostStatus, ends[-1]) if ends else None
        self.logs = len(list((self.path / "logs").glob("*.log")))
        return self.status

    def hold_open(self) -> None:
        """The events' file stays open until the host's end: for whoever works on the host.

        Not where it is only heard of: there may be more of those than open files.
        """
        self._held = True

    @contextmanager
    def let_go(self) -> Iterator[None]:
        """Within, the events' file is closed between events: the host is only waited for."""
        with self._lock:
            held, self._held = self._held, False
            self._flush()
        try:
            yield
        finally:
            with self._lock:
                self._held = held and self.status is None

    @contextmanager
    def together(self) -> Iterator[None]:
        """What happens within is on disk when it ends, in one piece. Not for work on a host."""
        with self._lock:
            self._together += 1
        try:
            yield
        finally:
            with self._lock:
                self._together -= 1
                if not self._together:
                    self._flush()

    def append(self, event: Event | Noun) -> None:
        """One more event, on disk when this returns, or `together`'s block ends."""
        self.write(line(event))

    def write(self, event: Mapping[str, Any]) -> None:
        """An event as its line has it."""
        with self._lock:
            record = masked({"t": stamps.now(), **event}, self._masker)
            self._pending += _encoded(record).encode("utf-8", "replace") + b"\n"
            self.count += 1
            self._held = self._held and event["event"] != "end"
            if not self._together or event["event"] == "end":
                self._flush()
            if event["event"] == "end":
                self.status = cast(HostStatus, event.get("status"))
            if event["event"] == "facts":
                self._write_facts(record)
        if self.listener:
            self.listener(self.name, record)

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        """Writes what a command printed; its path below the host's directory, or nothing."""
        name = self._next_log(step, role)
        return name if self.keep_log(name, logs.text(outcome, shown, self._masker.mask)) else ""

    def keep_log(self, name: str, text: str) -> bool:
        """Writes a log's masked text under its name; whether that could be done."""
        try:
            if self.logs == 1:
                (self.path / "logs").mkdir(parents=True, exist_ok=True)
            logs.write(self.path, name, text)
        except OSError as error:
            self._fault(f"{name}: {error}")
            return False
        return True

    def _next_log(self, step: str, role: str) -> str:
        with self._lock:
            self.logs += 1
            return f"logs/{self.logs:04d}-{file_name(step)}-{file_name(role)}.log"

    def events(self) -> list[dict[str, Any]]:
        """All events so far, those a full disk kept from the file included."""
        with self._lock:
            return parsed(self._stored() + self._pending)

    def _stored(self) -> bytes:
        written = self.path / "events.jsonl"
        return written.read_bytes() if written.exists() else b""

    @property
    def waiting(self) -> bool:
        """Whether events of it are in this process alone."""
        with self._lock:
            return bool(self._pending)

    def settle(self) -> None:
        """Tries again to write what waits."""
        with self._lock:
            if self._pending:
                self._flush()

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be written, each cause once."""
        with self._lock:
            waiting = len(self._pending)
            lost = (f"events.jsonl: {waiting} bytes {NOT_ON_DISK}",) if waiting else ()
            return (*self._faults, *lost)

    def _flush(self) -> None:
        """Writes what waits; a line cut short by a full disk goes on where it broke off."""
        try:
            while self._pending:
                self._pending = self._pending[self._file.add(self._pending) :]
            if not self._held:
                self._file.close()
        except OSError as error:
            self._fault(f"events.jsonl: {error.strerror or error}")
            if len(self._pending) > PENDING_BYTES:
                cut = self._pending.index(b"\n", len(self._pending) - PENDING_BYTES) + 1
                self._pending = b"\n" + self._pending[cut:]
                self._fault("events.jsonl: the oldest events that could not be written are lost")

    def _write_facts(self, record: Mapping[str, Any]) -> None:
        known = {name: value for name, value in record.items() if name not in ("t", "event")}
        try:
            write_atomically(self.path / "facts.json", readable(known))
        except OSError as error:
            self._fault(f"facts.json: {error}")

    def _fault(self, text: str) -> None:
        with self._lock:
            self._faults[text] = None
