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
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from onramp.errors import UsageError
from onramp.evidence import logs
from onramp.evidence.event_lines import fields, line
from onramp.evidence.event_types import cleaned
from onramp.evidence.events import Event, Noun, RunFile, RunHost
from onramp.model.action import Outcome
from onramp.model.run import HostStatus
from onramp.text.free_name import free_name
from onramp.text.masking import Masker

SCHEMA: Final = 1
PENDING_BYTES = 16 * 1024 * 1024  # events kept while the disk is full
Listener = Callable[[str, Mapping[str, Any]], None]


class RunDirectory:
    """`runs/<UTC stamp>/`: one run, its hosts and its run.json."""

    def __init__(self, path: Path, *, command: str, masker: Masker) -> None:
        self.path = path
        self.id = path.name
        self.masker = masker
        self.command = masker.mask(command)
        self.started = _stamp(datetime.now(UTC))
        self._lock = threading.Lock()
        self._hosts: dict[str, HostEvidence] = {}
        self._faults: list[str] = []

    @classmethod
    def create(cls, root: Path, *, command: str, masker: Masker) -> RunDirectory:
        """A new run below `root`, which `root/latest` points at from now on.

        Raises UsageError where `root` cannot be written.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            run = cls(_fresh(root), command=command, masker=masker)
            (run.path / "hosts").mkdir()
            run._write_summary(finished=None, exit_code=None, notes=())
        except OSError as error:
            raise UsageError(
                f"--runs={root}: cannot be written", str(error), "give another folder with --runs"
            ) from None
        run._point_latest()
        return run

    def host(self, name: str, *, spec: str = "", listener: Listener | None = None) -> HostEvidence:
        """Where this host's evidence goes. `spec` is how `--hosts` names it, if not by its name."""
        with self._lock:
            taken = {evidence.path.name for evidence in self._hosts.values()}
            path = self.path / "hosts" / free_name(file_name(name), taken)
            evidence = HostEvidence(
                name, path, masker=self.masker, spec=spec or name, listener=listener
            )
            self._hosts[name] = evidence
            return evidence

    def finish(self, exit_code: int, notes: Iterable[str] = ()) -> None:
        """The run is over: its exit code, and each host's status as its `end` event had it."""
        try:
            finished = _stamp(datetime.now(UTC))
            self._write_summary(finished=finished, exit_code=exit_code, notes=tuple(notes))
        except OSError as error:
            self._faults.append(f"run.json: {error}")

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be written, of the run and of all its hosts."""
        with self._lock:
            hosts = list(self._hosts.values())
        return (*self._faults, *(f"{host.name}: {text}" for host in hosts for text in host.faults))

    def _write_summary(
        self, *, finished: str | None, exit_code: int | None, notes: tuple[str, ...]
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
            cast(Any, exit_code),
            hosts,
            list(notes),
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
        self._listener = listener
        self._lock = threading.RLock()
        self._faults: dict[str, None] = {}
        self._pending = b""
        self._logs = 0

    def append(self, event: Event | Noun) -> None:
        """One more event, on disk when this returns."""
        self.write(line(event))

    def write(self, event: Mapping[str, Any]) -> None:
        """An event as its line has it."""
        with self._lock:
            record = self._masker.mask_value({"t": _stamp(datetime.now(UTC)), **event})
            self._pending += (json.dumps(record, ensure_ascii=False) + "\n").encode(
                "utf-8", "replace"
            )
            self._flush()
            if event["event"] == "end":
                self.status = cast(HostStatus, event.get("status"))
            if event["event"] == "facts":
                self._write_facts(record)
        if self._listener:
            self._listener(self.name, record)

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        """Writes what a command printed; returns its path below the host's directory.

        Empty where nothing could be written.
        """
        with self._lock:
            self._logs += 1
            name = f"logs/{self._logs:04d}-{file_name(step)}-{file_name(role)}.log"
        try:
            (self.path / "logs").mkdir(parents=True, exist_ok=True)
            text = logs.text(outcome, shown, self._masker.mask)
            (self.path / name).write_bytes(text.encode("utf-8", "replace"))
        except OSError as error:
            self._fault(f"{name}: {error}")
            return ""
        return name

    def events(self) -> list[dict[str, Any]]:
        """All events so far, those a full disk kept from the file included."""
        with self._lock:
            written = self.path / "events.jsonl"
            stored = written.read_bytes() if written.exists() else b""
            return _parsed(stored + self._pending)

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be written, each cause once."""
        with self._lock:
            waiting = len(self._pending)
            lost = (f"events.jsonl: {waiting} bytes are not on disk",) if waiting else ()
            return (*self._faults, *lost)

    def _flush(self) -> None:
        """Writes what waits; a line cut short by a full disk goes on where it broke off."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with open(self.path / "events.jsonl", "ab", buffering=0) as file:
                while self._pending:
                    self._pending = self._pending[file.write(self._pending) or 0 :]
        except OSError as error:
            self._fault(f"events.jsonl: {error.strerror or error}")
            if len(self._pending) > PENDING_BYTES:
                cut = self._pending.index(b"\n", len(self._pending) - PENDING_BYTES) + 1
                self._pending = b"\n" + self._pending[cut:]
                self._fault("events.jsonl: the oldest events that could not be written are lost")

    def _write_facts(self, record: Mapping[str, Any]) -> None:
        known = {name: value for name, value in record.items() if name not in ("t", "event")}
        try:
            write_atomically(self.path / "facts.json", json.dumps(known, indent=2) + "\n")
        except OSError as error:
            self._fault(f"facts.json: {error}")

    def _fault(self, text: str) -> None:
        with self._lock:
            self._faults[text] = None


def write_atomically(path: Path, text: str, *, executable: bool = False) -> None:
    """The whole text or nothing: a reader never sees half a report. Raises OSError."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        draft.write_bytes(text.encode("utf-8", "replace"))
        if executable:
            draft.chmod(0o755)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def file_name(name: str) -> str:
    """A host's or step's name as one safe path component; `10.0.0.5:2222` is `10.0.0.5-2222`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "host"


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events of `path`; torn lines, wrong types and bytes that are no UTF-8 do no harm.

    Raises OSError.
    """
    return _parsed(path.read_bytes())


def from_json(text: str) -> Any:
    """What `json.loads` gives, but text in it can be written down: no half of a surrogate pair.

    Raises ValueError and RecursionError.
    """
    value = json.loads(text)
    if "\\ud" in text or "\\uD" in text:
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _parsed(raw: bytes) -> list[dict[str, Any]]:
    events = []
    for text in raw.decode("utf-8", "replace").split("\n"):
        try:
            event = from_json(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            events.append(cleaned(event))
    return events


def _fresh(root: Path) -> Path:
    """A directory of this second nobody has, even when two runs start at once."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in range(1, 1000):
        path = root / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{root / stamp}: a thousand runs in one second")


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
