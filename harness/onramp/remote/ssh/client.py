"""Log in to one host with Fabric over Paramiko, host keys checked, and say plainly why not.

Fabric alone would accept any key, read its own configuration files and wait an hour for a jump
host; so every value is resolved before (sshconfig.py) and handed over, and the library's
complaints become LinkError with wording like OpenSSH's, which is what diagnosis knows.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import signal
import threading
import time
from collections import deque
from typing import Any

import paramiko
from fabric import Config, Connection  # type: ignore[import-untyped]
from paramiko.common import MSG_CHANNEL_REQUEST

from onramp.errors import LinkError
from onramp.remote.ssh import awake, dial, host_keys, login_gate, steady_clock
from onramp.remote.ssh.auth import Login, Verify
from onramp.remote.ssh.connect_options import ConnectOptions
from onramp.remote.ssh.no_connection import explain
from onramp.remote.ssh.ssh_config import Endpoint

BEAT_S = 10.0  # between questions whether the other side still answers
BEATS_UNANSWERED = 3  # then the link counts as lost
RETRY_PAUSES_S = (0.3, 0.9, 2.0)  # sshd's MaxStartups turns connections away at random
steady_clock.keep()


def connect(endpoint: Endpoint, way: ConnectOptions) -> Connection:
    """A logged-in connection; the jump hosts on the way are its `gateway`.

    Raises LinkError. What failed while this process slept is tried again: it tells nothing of the
    host. A connection dropped before sshd says its name is tried three times more.
    """
    while True:
        sleeps = awake.sleeps()
        try:
            return _connected(endpoint, way)
        except LinkError as error:
            awoken = awake.sleeps() != sleeps
            if not awoken or error.kind == "host-key" or way.cancel.is_set():
                raise


def _connected(endpoint: Endpoint, way: ConnectOptions) -> Connection:
    for pause in (*RETRY_PAUSES_S, None):
        gateway = connect(endpoint.via, _without_password(way)) if endpoint.via else None
        try:
            with login_gate.passed(endpoint.address, endpoint.port, way):
                return _attempt(endpoint, way, gateway)
        except _Dropped as dropped:
            close(gateway)
            if pause is None or dropped.waited or way.cancel.wait(pause):
                raise explain(endpoint, dropped.cause, dropped.words) from None
        except BaseException:
            close(gateway)
            raise
    raise AssertionError("unreachable")


def close(connection: Connection | None) -> None:
    """Close the connection and the jump hosts it leads through; never raises."""
    while isinstance(connection, Connection):
        _close(connection)
        connection = connection.gateway


class _Dropped(Exception):
    """The other side closed the connection, or `waited`, before its SSH banner."""

    def __init__(self, cause: Exception, words: tuple[str, ...], *, waited: bool) -> None:
        super().__init__(str(cause))
        self.waited = waited
        self.words = words  # what it said instead, such as "Exceeded MaxStartups"
        silence = f"{os.strerror(errno.ETIMEDOUT)}: {cause}"
        self.cause = TimeoutError(errno.ETIMEDOUT, silence) if waited else cause


class Link(paramiko.Transport):
    """A Paramiko transport that keeps its complaints to itself and notices a dead peer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words: deque[str] = deque(maxlen=20)
        self.logger = logging.Logger("onramp.ssh", logging.INFO)  # noqa: LOG001  ours alone
        self.logger.addHandler(_Words(self.words))
        self.packetizer.set_log(self.logger)
        self._unanswered = 0
        self._answered: threading.Event | None = None
        table: dict[int, Any] = paramiko.Transport._channel_handler_table  # type: ignore[attr-defined]
        self._channel_handler_table = {**table, MSG_CHANNEL_REQUEST: _channel_request}

    def _log(self, level: int, message: Any, *arguments: Any) -> None:
        raised = isinstance(message, str) and message.startswith(_GREETING)
        super()._log(logging.INFO if raised else level, message, *arguments)  # type: ignore[misc]

    def watch(self) -> None:
        """Ask now and then for an answer, as ServerAliveInterval does; end the link without one.

        Paramiko's `set_keepalive` wants no reply, so a host that vanished is never noticed.
        """
        self.packetizer.set_keepalive(BEAT_S, self._beat)

    def _beat(self) -> None:
        alive = self._answered is None or self._answered.is_set()
        self._unanswered = 0 if alive else self._unanswered + 1
        if self._unanswered >= BEATS_UNANSWERED:
            seconds = BEAT_S * BEATS_UNANSWERED
            raise TimeoutError(errno.ETIMEDOUT, f"no answer from the host for {seconds:.0f} s")
        if alive:
            self._answered = self.completion_event = threading.Event()
        message = paramiko.Message()
        message.add_byte(paramiko.common.cMSG_GLOBAL_REQUEST)
        message.add_string("keepalive@openssh.com")
        message.add_boolean(True)
        self._send_user_message(message)  # type: ignore[attr-defined]


def _channel_request(channel: Any, message: Any) -> None:
    """Paramiko drops `exit-signal`; a shell would call it 128 + the signal's number."""
    start = message.packet.tell()
    if message.get_text() == "exit-signal":
        message.get_boolean()
        name = "SIG" + message.get_text()
        channel.exit_status = 128 + int(getattr(signal, name, 0))
        channel.status_event.set()
        return
    message.packet.seek(start)
    channel._handle_request(message)


_GREETING = "Banner: "  # a line before sshd's name; Paramiko tells it to debuggers alone
_TELLING = (_GREETING, "Disconnect", "Socket exception", "Exception (client)")


class _Words(logging.Handler):
    """Keeps the last warnings: only here does Paramiko tell what the server said."""

    def __init__(self, words: deque[str]) -> None:
        super().__init__()
        self._words = words

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith(_TELLING) or "open FAILED" in text:
            self._words.append(re.sub(r"^Secsh channel \d+ open FAILED: ", "", text))


def _attempt(endpoint: Endpoint, way: ConnectOptions, gateway: Connection | None) -> Connection:
    verify = Verify(endpoint, way.ask)
    began = time.monotonic()
    keys: dict[str, Any] = {}
    links: list[Link] = []

    def transport(sock: Any, **kwargs: Any) -> Link:
        link = Link(sock, **kwargs)
        _prefer(link, host_keys.types(verify.entries, verify.names))
        links.append(link)
        return link

    try:
        if not gateway and not endpoint.proxy_command:
            keys["sock"] = dial.tcp(endpoint.address, endpoint.port, way)
        connection = Connection(
            endpoint.address,
            user=endpoint.user,
            port=endpoint.port,
            config=Config(lazy=True, ssh_config=paramiko.SSHConfig()),
            gateway=gateway or endpoint.proxy_command or False,
            connect_kwargs={
                **keys,
                "timeout": way.login_s,
                "banner_timeout": way.login_s,
                "auth_timeout": way.login_s,
                "channel_timeout": way.login_s,
                "transport_factory": transport,
                "auth_strategy": Login(endpoint, way.password),
            },
        )
        connection.client.set_missing_host_key_policy(verify)
        with contextlib.nullcontext() if dial.greets(keys.get("sock")) else way.aside():
            connection.open()
    except LinkError:
        _hang_up(links, keys)
        raise
    except (OSError, EOFError, paramiko.SSHException) as error:
        _hang_up(links, keys)
        if links and not links[0].remote_version:
            waited = time.monotonic() - began >= way.login_s
            said = tuple(word for word in links[0].words if word.startswith(_GREETING))
            raise _Dropped(error, said, waited=waited) from None
        words = tuple(gateway.transport.words) if gateway and gateway.transport else ()
        raise explain(endpoint, error, words) from None
    links[0].watch()
    return connection


def _hang_up(links: list[Link], keys: dict[str, Any]) -> None:
    for thing in (*links, keys.get("sock")):
        if thing is not None:
            thing.close()


def _close(connection: Connection | None) -> None:
    if connection is None:
        return
    link = connection.transport
    with contextlib.suppress(Exception):  # a link that is gone cannot be closed politely
        connection.close()
    _end_proxy(link)


def _end_proxy(link: Any) -> None:
    """Paramiko ends a ProxyCommand's process, and neither waits for it nor closes its pipes."""
    process = getattr(getattr(link, "sock", None), "process", None)
    if process is None:
        return
    link.join(2)  # its thread sends the process a signal when it ends: the process must be there
    for pipe in (process.stdin, process.stdout, process.stderr):
        with contextlib.suppress(Exception):
            pipe.close()
    with contextlib.suppress(Exception):
        process.wait(2)


def _without_password(way: ConnectOptions) -> ConnectOptions:
    """The host's password is not the jump host's business."""
    return ConnectOptions(
        connect_s=way.connect_s,
        login_s=way.login_s,
        password=None,
        ask=way.ask,
        cancel=way.cancel,
        aside=way.aside,
    )


def _prefer(link: Link, known: tuple[str, ...]) -> None:
    options = link.get_security_options()
    rsa = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
    wanted = [name for kind in known for name in (rsa if kind == "ssh-rsa" else (kind,))]
    first = [name for name in wanted if name in options.key_types]
    options.key_types = first + [name for name in options.key_types if name not in first]
