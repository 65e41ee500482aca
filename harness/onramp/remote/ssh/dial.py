"""TCP to an SSH server: every address of a name tried, others let go first while nobody answers."""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from typing import Any, Final

from onramp.remote.ssh.connect_options import ConnectOptions

PATIENCE_S: Final = 0.5  # for TCP to connect, before others are let go first
GREETING_S: Final = 3.0  # for the first words of a server; a busy one takes its time
_TIMED_OUT: Final = (errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
_PENDING: Final = (errno.EINPROGRESS, errno.EINTR)


def tcp(address: str, port: int, way: ConnectOptions) -> socket.socket:
    """A connected socket; every address of the name is tried.

    Raises OSError of the address that tells most: one that has no way from here tells little.
    """
    failed: list[OSError] = []
    # as bytes: a name of plain letters then needs no codec for others, which takes 5 ms to load
    name = address.encode() if address.isascii() else address
    for family, kind, proto, _, place in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
        try:
            return _connection(socket.socket(family, kind, proto), place, way)
        except InterruptedError:
            raise
        except OSError as error:
            failed.append(error)
    raise max(failed, key=_tells, default=TimeoutError(*_TIMED_OUT))


def _tells(error: OSError) -> int:
    if isinstance(error, ConnectionRefusedError):
        return 2
    return 1 if isinstance(error, TimeoutError) else 0


def _connection(sock: socket.socket, place: Any, way: ConnectOptions) -> socket.socket:
    try:
        _reach(sock, place, way)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _reach(sock: socket.socket, place: Any, way: ConnectOptions) -> None:
    sock.setblocking(False)
    code = sock.connect_ex(place)
    began = time.monotonic()
    code = _connected(sock, code, began + min(PATIENCE_S, way.connect_s), way)
    if code in _PENDING:
        with way.aside():
            code = _connected(sock, code, began + way.connect_s, way)
    if code in _PENDING:
        raise TimeoutError(*_TIMED_OUT)
    if code:
        raise OSError(code, os.strerror(code))
    sock.setblocking(True)


def _connected(sock: socket.socket, code: int, deadline: float, way: ConnectOptions) -> int:
    """What became of it by then: 0, an error number, or that it is not decided."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while code in _PENDING and time.monotonic() < deadline:
        if way.cancel.is_set():
            raise InterruptedError(errno.ECANCELED, os.strerror(errno.ECANCELED))
        if poll.poll(100):
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return code


def greets(sock: socket.socket | None) -> bool:
    """Whether the server speaks soon; of a way that is not TCP's nothing is known."""
    if sock is None:
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(GREETING_S * 1000))
