"""A conversation with a program on the host, in the shape of a socket."""

from __future__ import annotations

import io
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from onramp.remote.ssh.capture import Bounded

if TYPE_CHECKING:
    from onramp.remote.ssh.exec_session import Session


class Stream:
    """Bytes to and from a running `Session`; holds the connection until it is closed.

    Quacks enough like a socket for `Held`: `sendall`, `makefile`, `settimeout`, `close`.
    """

    def __init__(
        self, session: Session, *, done: Callable[[], None], cancel: threading.Event
    ) -> None:
        self._session = session
        self._done: Callable[[], None] | None = done
        self._cancel = cancel
        self._timeout_s: float | None = 60.0
        self._pieces: deque[bytes] = deque()
        session.out.output = _Passed(self._pieces)

    @property
    def exit_code(self) -> int | None:
        return self._session.exit_code

    @property
    def stderr(self) -> str:
        """What the program complained of so far; sudo's or the login shell's words before that."""
        err = self._session.err
        return err.output.text() if err.begun else "\n".join(self._session.early())

    def settimeout(self, seconds: float | None) -> None:
        self._timeout_s = seconds

    def sendall(self, data: bytes) -> None:
        """Queue and send. Raises TimeoutError where the other side takes nothing."""
        self._session.send(bytes(data))
        self._until(lambda: self._session.sent)

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes; empty at the end. Raises TimeoutError."""
        if not self._pieces:
            self._until(lambda: bool(self._pieces))
        if not self._pieces:
            return b""
        piece = self._pieces.popleft()
        if len(piece) > size:
            self._pieces.appendleft(piece[size:])
        return piece[:size]

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """End the program and let the next command in. Safe to call twice."""
        done, self._done = self._done, None
        if done is None:
            return
        try:
            self._session.finish()
            until = time.monotonic() + 0.5
            while not self._session.over and time.monotonic() < until:
                self._session.step(0.05)
        finally:
            self._session.channel.close()
            done()

    def _until(self, reached: Callable[[], bool]) -> None:
        limit = None if self._timeout_s is None else time.monotonic() + self._timeout_s
        while not reached() and not self._session.over:
            if self._cancel.is_set():
                raise InterruptedError("interrupted")
            if limit is not None and time.monotonic() > limit:
                raise TimeoutError("no answer over the SSH connection")
            self._session.step(0.2)


class Held:
    """A stream or channel that http.client cannot close too early.

    It closes its socket once an answer's head says that no other follows, counting on the file made
    from the socket to live on, as real ones do. Whoever made the inner one closes it.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def sendall(self, data: bytes) -> None:
        self._inner.sendall(data)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> Any:
        return self._inner.makefile("rb")

    def settimeout(self, seconds: float | None) -> None:
        self._inner.settimeout(seconds)

    def shutdown(self, how: int) -> None:
        """Closing does it all."""

    def close(self) -> None:
        """Not yet."""


class _Passed(Bounded):
    """Takes the place of a bounded buffer: what comes in is for the reader, and kept for it."""

    def __init__(self, pieces: deque[bytes]) -> None:
        super().__init__(0)
        self._pieces = pieces

    def feed(self, data: bytes) -> None:
        self._pieces.append(data)


class _Reader(io.RawIOBase):
    """io's view of a Stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)
