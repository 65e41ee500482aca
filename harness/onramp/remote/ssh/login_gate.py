"""Logins to one SSH server take turns: sshd turns away some of those beyond ten (MaxStartups).

A thousand hosts behind one jump host are a thousand logins there.
"""

from __future__ import annotations

import errno
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct, field

from onramp.remote.ssh.connect_options import ConnectOptions

AT_ONCE: Final = 8  # logins to one server that have not ended yet; sshd_config(5): "10:30:100"
PATIENCE_S: Final = 0.5
LOOK_S: Final = 0.1


class _Gate(Struct):
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))
    users: int = 0  # those before it and those within


_gates: defaultdict[tuple[str, int], _Gate] = defaultdict(_Gate)
_lock = threading.Lock()


@contextmanager
def passed(address: str, port: int, way: ConnectOptions) -> Iterator[None]:
    """A turn to log in there, for the length of the block. Raises InterruptedError."""
    with _lock:
        gate = _gates[address, port]
        gate.users += 1
    try:
        _await(gate.turns, way)
        try:
            yield
        finally:
            gate.turns.release()
    finally:
        with _lock:
            gate.users -= 1
            if not gate.users:
                del _gates[address, port]


def _await(turns: threading.Semaphore, way: ConnectOptions) -> None:
    if turns.acquire(timeout=PATIENCE_S):
        return
    with way.aside():
        while not turns.acquire(timeout=LOOK_S):
            if way.cancel.is_set():
                raise InterruptedError(errno.ECANCELED, os.strerror(errno.ECANCELED))
