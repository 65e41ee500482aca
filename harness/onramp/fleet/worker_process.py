"""Workers started: on this machine as a process, elsewhere over SSH; each tells whether it began.

What they have to know goes to their standard input, in one piece; when that ends, so do they.
"""

from __future__ import annotations

import os
import queue
import shlex
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from msgspec import Struct

import onramp
from onramp.errors import LinkError, UsageError
from onramp.fleet.worker import MARK, READY
from onramp.model.host import Host
from onramp.remote.connection import open_ssh

MODULE: Final = "onramp.fleet.worker"
START_S: Final = 60.0  # from the login to the first word


class Place(Struct, frozen=True):
    """Where a worker is to be; `host` is None for this machine, `python` "" for the usual one."""

    name: str
    host: Host | None
    python: str = ""


class Pipe(Protocol):
    """A started program: its input, its output, and how both end."""

    def send(self, data: bytes) -> None: ...
    def output(self) -> BinaryIO: ...
    def end_input(self) -> None: ...
    def close(self) -> None: ...


class WorkerProcess:
    """One worker. `words` is what it said last, for whoever has to know why it ended."""

    def __init__(self, place: Place, pipe: Pipe) -> None:
        self.name = place.name
        self.words: deque[str] = deque(maxlen=20)
        self._pipe = pipe
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)

    @property
    def alive(self) -> bool:
        return self._reader.is_alive()

    @property
    def last_words(self) -> str:
        return self.words[-1] if self.words else ""

    def begin(self, told: bytes) -> None:
        """Returns when it has joined. Raises UsageError where it will not, in one line."""
        with suppress(OSError):  # it has ended already: its words say why
            self._pipe.send(told)
        self._reader.start()
        try:
            said = self._told.get(timeout=START_S)
        except queue.Empty:
            said = f"it said nothing within {START_S:.0f} s"
        if said != READY:
            raise UsageError(f"--workers: {self.name}: {said}")

    def close(self) -> None:
        """Its input ends, and so does it."""
        self._pipe.end_input()
        if self._reader.ident:
            self._reader.join(5)
        self._pipe.close()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            for line in self._pipe.output():
                self._heard(line.decode("utf-8", "replace").rstrip())
        self._told.put(f"it ended: {self.last_words or 'it said nothing'}")

    def _heard(self, line: str) -> None:
        if line.startswith(MARK):
            self._told.put(line.removeprefix(MARK).strip())
        elif line:
            self.words.append(line)


def started(place: Place) -> WorkerProcess:
    """Raises UsageError where nothing could be started."""
    try:
        pipe = _Local(place) if place.host is None else _Remote(place, place.host)
    except OSError as error:
        raise UsageError(f"--workers: {place.name}: no Python to start", str(error)) from None
    return WorkerProcess(place, pipe)


class _Local:
    """A process of this machine, out of the reach of a terminal's Ctrl-C."""

    def __init__(self, place: Place) -> None:
        paths = [str(Path(onramp.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [place.python or sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,
        )

    def send(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def output(self) -> BinaryIO:
        assert self._process.stdout
        return self._process.stdout  # type: ignore[return-value]

    def end_input(self) -> None:
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()

    def close(self) -> None:
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.output().close()


class _Remote:
    """A process on a host, over a connection of its own."""

    def __init__(self, place: Place, host: Host) -> None:
        self._cancel = threading.Event()
        try:
            self._link = open_ssh(host, host.settings, cancel=self._cancel)
            self._stream = self._link.stream(_command(place.python))
        except LinkError as error:
            raise UsageError(
                f"--workers: {place.name}: {error.brief}", error.details, error.resolution
            ) from None
        self._stream.settimeout(START_S)

    def send(self, data: bytes) -> None:
        self._stream.sendall(data)
        self._stream.settimeout(None)

    def output(self) -> Any:
        return self._stream.makefile("rb")

    def end_input(self) -> None:
        self._cancel.set()  # whoever reads stops

    def close(self) -> None:
        """Its sshd closes the worker's input; the stream is held by the thread that began it."""
        self._link.close()


def _command(python: str) -> str:
    """The Python that was named; else the one at the same place as ours, else python3."""
    own = shlex.quote(sys.executable)
    chosen = f"p={shlex.quote(python)}" if python else f"p={own}; [ -x {own} ] || p=python3"
    root = shlex.quote(str(Path(onramp.__file__).parent.parent))
    paths = f"[ ! -d {root}/onramp/fleet ] || export PYTHONPATH={root}"
    return f'{chosen}; {paths}; exec "$p" -m {MODULE} 2>&1'
