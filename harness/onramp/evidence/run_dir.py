"""The run directory: everything seen, written down as it happens, secrets masked on the way.

`events.jsonl` of a host is the only truth; reports are made from it. Each event reaches the file
system before the next thing happens, so a process that dies loses nothing. A full disk does not
stop a run: what could not be written waits in memory, is tried again with the next event, and is
named in `faults`.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from onramp.errors import UsageError
from onramp.evidence import folder_lock, logs, stamps
from onramp.evidence.event_lines import fields, line
from onramp.evidence.events import Event, Noun, RunFile, RunHost
from onramp.evidence.files import GrowingFile, write_atomically
from onramp.evidence.stored_events import parsed
from onramp.model.action import Outcome
from onramp.model.run import HostStatus
from onramp.text.free_name import free_name
from onramp.text.json_text import readable
from onramp.text.masking import Masker

SCHEMA: Final = 1
NOT_ON_DISK: Final = "are not on disk"
_encoded: Final = json.JSONEncoder(ensure_ascii=False).encode
PENDING_BYTES = 16 * 1024 * 1024  # events kept while the disk is full
Listener = Callable[[str, Mapping[str, Any]], None]


class RunDirectory:
    """`runs/<UTC stamp>/`: one run, its hosts and its run.json."""

    def __init__(
        self, path: Path, *, command: str, masker: Masker, arguments: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.id = path.name
        self.masker = masker
        self.command = masker.mask(command)
        self.arguments = tuple(arguments)
        self.started = stamps.now()
        self._lock = threading.Lock()
        self._hosts: dict[str, HostEvidence] = {}
        self._taken: set[str] = set()
        self._faults: list[str] = []

    @classmethod
    def create(
        cls, root: Path, *, command: str, masker: Masker, arguments: Sequence[str] = ()
    ) -> RunDirectory:
        """A new run below `root`, which `root/latest` points at from now on.

        `arguments`: the words of its command, for whoever goes on with it. Raises UsageError where
        `root` cannot be written.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            path = stamps.fresh(root)
            run = cls(path, command=command, masker=masker, arguments=arguments)
            folder_lock.hold(run.path, run)
            (run.path / "hosts").mkdir()
            run._write_summary()
        except OSError as error:
            raise UsageError(
                f"--runs={root}: cannot be written", str(error), "give another folder with --runs"
            ) from None
        run._point_latest()
        return run

    @classmethod
    def reopen(cls, told: RunFile, path: Path, masker: Masker) -> RunDirectory:
        """A run that broke off, to go on with. Raises UsageError where it is still going on."""
        run = cls(path, command=told.command, masker=masker, arguments=told.arguments or ())
        run.started = told.started
        folder_lock.hold(path, run)
        run._point_latest()
        return run

    def host(self, name: str, *, spec: str = "", listener: Listener | None = None) -> HostEvidence:
        """Where this host's evidence goes. `spec` is how `--hosts` names it, if not by its name."""
        with self._lock:
            if name in self._hosts:
                self._hosts[name].listener = listener
                return self._hosts[name]
            path = self.path / "hosts" / free_name(file_name(name), self._taken)
            self._taken.add(path.name)
            evidence = HostEvidence(name, path, masker=self.masker, spec=spec, listener=listener)
            self._hosts[name] = evidence
            return evidence

    def begin(self) -> None:
        """All hosts are there: run.json names them, also if nothing more is ever written."""
        self._summarise()

    def finish(self, exit_code: int, notes: Iterable[str] = ()) -> None:
        """The run is over: its exit code, and each host's status as its `end` event had it."""
        self._summarise(stamps.now(), exit_code, tuple(notes))

    @property
    def evidence(self) -> tuple[HostEvidence, ...]:
        """Of all hosts."""
        with self._lock:
            return tuple(self._hosts.values())

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be written, of the run and of all its hosts."""
        hosts = self.evidence
        return (*self._faults, *(f"{host.name}: {text}" for host in hosts for text in host.faults))

    def _summarise(self, *ending: Any) -> None:
        try:
            self._write_summary(*ending)
        except OSError as error:
            self._faults.append(f"run.json: {error}")

    def _write_summary(
        self, finished: str | None = None, code: int | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        with self._lock:
            hosts = [
                RunHost(host.name, host.spec, host.status, f"hosts/{host.path.name}")
                for host in self._hosts.values()
            ]
        summary = RunFile(
            SCHEMA,
            self.id,
            self.command,
            self.started,
            finished,
            cast(Any, code),
            hosts,
            list(notes),
            list(self.arguments),
        )
        text = json.dumps(self.masker.mask_value(fields(summary)), indent=2, ensure_ascii=False)
        write_atomically(self.path / "run.json", text + "\n")

    def _point_latest(self) -> None:
        link = self.path.parent / f".latest-{self.id}"
        try:
            link.symlink_to(self.id)
            os.replace(link, self.path.parent / "latest")
        except OSError as error:
            link.unlink(missing_ok=True)
            self._faults.append(f"runs/latest: {error}")


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

        Not where it is only waited for, or heard of: there may be more of those than open files.
        """
        self._held = True

    def append(self, event: Event | Noun) -> None:
        """One more event, on disk when this returns."""
        self.write(line(event))

    def write(self, event: Mapping[str, Any]) -> None:
        """An event as its line has it."""
        with self._lock:
            record = self._masker.mask_value({"t": stamps.now(), **event})
            self._pending += _encoded(record).encode("utf-8", "replace") + b"\n"
            self.count += 1
            self._held = self._held and event["event"] != "end"
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


def file_name(name: str) -> str:
    """A host's or step's name as one safe path component; `10.0.0.5:2222` is `10.0.0.5-2222`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "host"
