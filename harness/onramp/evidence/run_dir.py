"""The run directory: `run.json`, and a folder for each host's evidence."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from onramp.errors import UsageError
from onramp.evidence import folder_lock, stamps
from onramp.evidence.event_lines import fields
from onramp.evidence.events import RunFile, RunHost
from onramp.evidence.files import write_atomically
from onramp.evidence.host_evidence import HostEvidence, Listener
from onramp.text.file_names import file_name, free_name
from onramp.text.masking import Masker

SCHEMA: Final = 1


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
        run.point_latest()
        return run

    @classmethod
    def reopen(cls, told: RunFile, path: Path, masker: Masker) -> RunDirectory:
        """A run that broke off, to go on with. Raises UsageError where it is still going on."""
        run = cls(path, command=told.command, masker=masker, arguments=told.arguments or ())
        run.started = told.started
        folder_lock.hold(path, run)
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
        said = fields(summary)  # hosts are told as `--resume` has to find them again
        for name in ("command", "notes", "arguments"):
            said[name] = self.masker.mask_value(said[name])
        text = json.dumps(said, indent=2, ensure_ascii=False)
        write_atomically(self.path / "run.json", text + "\n")

    def point_latest(self) -> None:
        """From now on it is the latest run."""
        link = self.path.parent / f".latest-{self.id}"
        try:
            link.symlink_to(self.id)
            os.replace(link, self.path.parent / "latest")
        except OSError as error:
            link.unlink(missing_ok=True)
            self._faults.append(f"runs/latest: {error}")
