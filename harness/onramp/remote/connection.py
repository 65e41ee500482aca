"""One SSH connection a host, reused for everything: commands, files, the engine and web pages.

Only this room imports fabric and paramiko; import it where a connection is about to be made.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Self

import paramiko

from onramp.errors import LinkError
from onramp.model.action import Command, Cut, Outcome, Upload
from onramp.model.host import Host
from onramp.model.settings import Settings
from onramp.remote.ssh import awake, shell
from onramp.remote.ssh import client as sshlink
from onramp.remote.ssh import ssh_config as sshconfig
from onramp.remote.ssh.auth import Ask
from onramp.remote.ssh.capture import CAP_BYTES
from onramp.remote.ssh.connect_options import Aside, ConnectOptions
from onramp.remote.ssh.exec_session import Session, new_channel, shell_in_the_way
from onramp.remote.ssh.forward import Forward
from onramp.remote.ssh.shell import Sudo
from onramp.remote.ssh.ssh_config import Endpoint
from onramp.remote.ssh.stream import Stream

OnOutput = Callable[[bytes], None]
TICK_S = 0.2
ENDINGS = (("TERM", 0.7), ("KILL", 0.3))  # the signal, and how long it is given
KILL = "end what ran too long"


def open_ssh(
    host: Host,
    settings: Settings,
    *,
    cancel: threading.Event | None = None,
    ask: Ask | None = None,
    aside: Aside = nullcontext,
    ssh_config: tuple[str, ...] = sshconfig.FILES,
    endpoint: Endpoint | None = None,
) -> SshTransport:
    """Log in to a host. Passwords are the host's own `password` and `become_password`.

    `ask` shows a text with an unknown key's fingerprint and returns yes or no; without it unknown
    keys are refused. A host that takes its time to answer is waited for in `aside`. `endpoint` is
    the way there where that is known. Raises LinkError, and UsageError for a configuration.
    """
    if endpoint is None:
        files = () if host.provider == "lab" else ssh_config  # nobody's jump host leads to the lab
        endpoint = sshconfig.resolve(host, sshconfig.read(files))
    way = ConnectOptions(
        connect_s=settings.timeouts.connect,
        login_s=settings.timeouts.login,
        password=host.password,
        ask=ask,
        cancel=cancel or threading.Event(),
        aside=aside,
    )
    return SshTransport(host, endpoint, way, silence_s=settings.timeouts.silence)


class SshTransport:
    """A logged-in host. One command at a time: a server may allow a single session (MaxSessions).

    `sudo_mode` may be set to what facts found out ("none", "passwordless", "password"); it spares
    a round trip where a become password was given and is not needed.
    """

    def __init__(
        self, host: Host, endpoint: Endpoint, way: ConnectOptions, *, silence_s: float
    ) -> None:
        self.address = endpoint.address
        self.user = endpoint.user
        self.cancel = way.cancel
        self.sudo_mode: str | None = None
        self.cap_bytes = CAP_BYTES
        self._name = host.name
        self._become = host.become and endpoint.user != "root"
        self._become_password = host.become_password
        self._endpoint = endpoint
        self._way = way
        self._silence_s = silence_s
        self._lock = threading.RLock()
        self._dead = ""
        self._served: Forward | None = None
        self._connection = sshlink.connect(endpoint, way)

    def __repr__(self) -> str:
        return f"<SshTransport {self._name} {self._endpoint.place}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, command: Command, on_output: OnOutput | None = None) -> Outcome:
        """Perform a script. What happens on the host, even its silence, is an Outcome.

        Raises LinkError where no command can be started: the link is gone, or the login shell ends
        before ours begins.
        """
        return self._perform(command, shell.script_text(command).encode(), on_output)

    def upload(self, upload: Upload) -> Outcome:
        """Put files in place as the login user. Raises LinkError as `run` does."""
        command = Command(shell.upload_script(upload), display=upload.shown)
        data = shell.upload_stream(upload)
        return self._perform(command, command.script.encode() + b"\n" + data, one_line=True)

    def stream(self, script: str, *, as_root: bool = False) -> Stream:
        """Start a one-line script and talk to it; no other command runs until it is closed.

        Raises LinkError.
        """
        self._lock.acquire()
        try:
            command = Command(script, as_root=as_root)
            session = self._start(command, script.encode() + b"\n", one_line=True, end=False)
            return Stream(session, done=self._lock.release, cancel=self.cancel)
        except BaseException:
            self._lock.release()
            raise

    def tunnel(self, port: int, address: str = "127.0.0.1") -> Any:
        """A socket-like channel to a port as the host sees it. Raises LinkError when refused."""
        self._check()
        self._link.words.clear()
        try:
            return self._link.open_channel(
                "direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=self._way.connect_s
            )
        except (paramiko.SSHException, EOFError, OSError) as error:
            words = " ".join(self._link.words) or str(error)
            brief = f"{self._name}: no tunnel to {address}:{port}"
            raise LinkError(brief, words, kind="forward") from None

    def serve(self, port: int, answer: Callable[[Any], None]) -> None:
        """Answer connections to a port of the host's own loopback until the end, in threads.

        Each is a socket-like channel. Raises LinkError(kind="forward") where it is not to be had.
        """
        self._served = Forward(self._name, port, answer)
        self._served.listen(self._link)

    def reopen(self) -> None:
        """Log out and in again, which brings new groups. Raises LinkError."""
        with self._lock:
            sshlink.close(self._connection)
            self._connection = sshlink.connect(self._endpoint, self._way)
            self._dead = ""
            if self._served:
                self._served.listen(self._link)

    def close(self) -> None:
        """Log out. Never raises; a command running in another thread ends as link-lost."""
        self._dead = self._dead or "the connection was closed"
        sshlink.close(self._connection)

    @property
    def _link(self) -> Any:
        return self._connection.transport

    def _perform(
        self,
        command: Command,
        data: bytes,
        on_output: OnOutput | None = None,
        *,
        one_line: bool = False,
    ) -> Outcome:
        with self._lock:
            if self.cancel.is_set():
                return Outcome(command.shown, None, cut="cancelled", as_root=command.as_root)
            began = time.monotonic()
            session = self._start(command, data, one_line=one_line)
            cut = self._drain(session, command, on_output)
            if cut == "link-lost":
                self._dead = self._dead or self._last_words()
            elif cut:
                self._end(session, command, cut)
            session.channel.close()
            if session.exit_code == 0 and not session.begun and not cut:
                raise shell_in_the_way(self._name, session)
            return session.outcome(command, cut, time.monotonic() - began)

    def _start(self, command: Command, data: bytes, *, one_line: bool, end: bool = True) -> Session:
        self._check()
        mark = f"onramp-{secrets.token_hex(8)}"
        sudo = self._sudo(command)
        line = shell.command_line(mark, sudo=sudo, one_line=one_line)
        password = self._become_password if sudo == "password" else None
        try:
            session = Session(self._open_channel(), mark, self.cap_bytes)
            session.start(line, data, password=password, end=end)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._no_session(error) from None
        return session

    def _sudo(self, command: Command) -> Sudo:
        if not command.as_root or not self._become:
            return "no"
        if self._become_password is None or self.sudo_mode == "passwordless":
            return "passwordless"
        return "password"

    def _open_channel(self) -> paramiko.Channel:
        """Where we slept over it, on a new connection: the old one may count a session as open."""
        sleeps = awake.sleeps()
        try:
            return new_channel(self._link, self._way.login_s)
        except (paramiko.SSHException, EOFError, OSError):
            if awake.sleeps() == sleeps:
                raise
        self.reopen()
        return new_channel(self._link, self._way.login_s)

    def _drain(self, session: Session, command: Command, on_output: OnOutput | None) -> Cut | None:
        """Read until it is over; otherwise say why not."""
        silence_s = self._silence_s if command.silence_s is None else command.silence_s
        looked = time.monotonic()
        deadline = looked + command.timeout_s
        while not session.over:
            now = time.monotonic()
            if now - looked > awake.GAP_S:  # no time of the host's
                deadline += now - looked
                session.last_byte_s += now - looked
            looked = now
            if not self._link.is_active():
                return "link-lost"
            if self.cancel.is_set():
                return "cancelled"
            if now > deadline:
                return "timeout"
            if now - session.last_byte_s > silence_s:
                return "silence"
            session.step(TICK_S)
            if on_output:
                for piece in session.fresh:
                    on_output(piece)
        return None if session.exit_code is not None else "link-lost"

    def _end(self, session: Session, command: Command, cut: Cut) -> None:
        """Leave nothing running where we can help it: closing a channel alone ends nothing."""
        session.withhold()
        for name, grace_s in ENDINGS[:1] if cut == "cancelled" else ENDINGS:
            session.signal(name)
            until = time.monotonic() + grace_s
            while not session.over and self._link.is_active() and time.monotonic() < until:
                session.step(0.05)
        runs_on = command.as_root or not session.over
        session.channel.close()
        pid = session.out.pid
        if runs_on and pid and cut != "cancelled" and command.display != KILL:
            self._kill(pid, command.as_root)

    def _kill(self, pid: int, as_root: bool) -> None:
        """For root's processes, and for root's logins, sshd passes no signal on: end it ourselves.

        With MaxSessions 1 the stuck session still counts: then log in again for it.
        """
        script = shell.kill_script(pid)
        command = Command(script, as_root=as_root, timeout_s=10, display=KILL)
        for again in (True, False):
            try:
                self.run(command)
                return
            except LinkError:
                if again:
                    self.reopen()

    def _check(self) -> None:
        if self._dead or not self._link.is_active():
            self._dead = self._dead or self._last_words()
            raise LinkError(f"{self._name}: the SSH connection is gone", self._dead, kind="lost")

    def _last_words(self) -> str:
        cause = self._link.saved_exception
        said = [str(cause)] if cause and str(cause) else []
        return "\n".join([*self._link.words, *said]) or "the connection was closed by the host"

    def _no_session(self, error: Exception) -> LinkError:
        words = "\n".join(self._link.words)
        details = f"{type(error).__name__}: {error}\n{words}".strip()
        if not self._link.is_active():
            self._dead = details
            return LinkError(f"{self._name}: the SSH connection is gone", details, kind="lost")
        return LinkError(
            f"{self._name}: the host opens no session",
            details,
            "check MaxSessions and ForceCommand in its sshd_config",
            kind="protocol",
        )
