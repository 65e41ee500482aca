"""One command on one channel: what is sent, what comes back, and when it is over.

Fabric's own runner buffers everything and mirrors our stdin, hence this one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

import paramiko

from onramp.errors import LinkError
from onramp.model.action import Command, Cut, Outcome
from onramp.remote.ssh import shell
from onramp.remote.ssh.capture import CAP_BYTES, Marked

OPEN_PAUSES_S = (0.01, 0.03, 0.1, 0.3, 0.5)  # sshd clears a session after it said it ended
PIECE_BYTES = 32 * 1024
LINGER_S = 1.0  # after the exit status, for output still on its way or held by a daemon


class Session:
    """A command line running on a fresh exec channel; driven by calling `step` again and again."""

    def __init__(self, channel: paramiko.Channel, mark: str, cap_bytes: int = CAP_BYTES) -> None:
        self.channel = channel
        self.out = Marked(mark, cap_bytes)
        self.err = Marked(mark, cap_bytes)
        self.last_byte_s = time.monotonic()
        self.fresh: list[bytes] = []  # output since the last step
        self._prompt = shell.prompt(mark).encode()
        self._wake = threading.Event()
        self._queue: deque[bytes] = deque()
        self._begun_sending = False
        self._end_of_input = False
        self._closed_input = False
        self._password: bytes | None = None
        self._after_start: tuple[bytes, bool] | None = None

    def start(
        self, line: str, data: bytes, *, password: str | None = None, end: bool = True
    ) -> None:
        """Run `line` with `data` as its input, closed behind it unless `end` is False.

        With a password, nothing but the password is sent before the shell has begun: a second
        guess of sudo's must not be fed with the script.
        """
        self.channel.exec_command(line)
        buffers: Any = self.channel
        buffers.in_buffer.set_event(self._wake)
        buffers.in_stderr_buffer.set_event(self._wake)
        if password is None:
            self._send(data, end)
        else:
            self._password = password.encode() + b"\n"
            self._after_start = (data, end)

    @property
    def begun(self) -> bool:
        return self.out.begun

    def step(self, wait_s: float = 0.2) -> bool:
        """Move what can be moved; otherwise wait a little. True while bytes came in."""
        self.fresh = []
        moved = self._read()
        if self._after_start and self.begun:
            self._send(*self._after_start)
            self._after_start = None
        elif self._after_start:
            self._answer_sudo()
        wrote = self._write()
        if not moved and not wrote:
            self._pause(0.02 if self._queue else wait_s)
        return moved

    @property
    def over(self) -> bool:
        """It ended and all it said was read; or it ended and something it left behind is silent."""
        channel = self.channel
        if channel.recv_ready() or channel.recv_stderr_ready():
            return False
        if channel.closed:
            return True
        if not channel.status_event.is_set():
            return False
        return bool(channel.eof_received) or time.monotonic() - self.last_byte_s > LINGER_S

    @property
    def exit_code(self) -> int | None:
        """None as long as it runs, and where the channel closed without a word."""
        code = self.channel.exit_status
        return code if code >= 0 else None

    def early(self) -> list[str]:
        """What either stream printed before the shell began."""
        return [self._without_prompt(s.early()) for s in (self.out, self.err) if s.early()]

    def outcome(self, command: Command, cut: Cut | None, seconds: float) -> Outcome:
        """What was seen; where the shell never began, the words of what stopped it (sudo's)."""
        streams = (self.out, self.err)
        texts = [s.output.text() if s.begun else self._without_prompt(s.early()) for s in streams]
        return Outcome(
            command=command.shown,
            exit_code=None if cut else self.exit_code,
            stdout=texts[0],
            stderr=texts[1],
            seconds=round(seconds, 3),
            cut=cut,
            dropped_bytes=sum(s.dropped_bytes for s in streams),
            as_root=command.as_root,
            noise="".join(self._without_prompt(s.noise.encode()) for s in streams),
        )

    def _without_prompt(self, data: bytes) -> str:
        return data.replace(self._prompt, b"").decode("utf-8", "replace")

    def signal(self, name: str) -> None:
        """Send the command a signal such as "TERM" (RFC 4254, 6.9; OpenSSH 7.9 and later).

        Not one that has ended: OpenSSH 10 ends the connection over a request for a closed channel.
        """
        if self.channel.closed:
            return
        message = paramiko.Message()
        message.add_byte(paramiko.common.cMSG_CHANNEL_REQUEST)
        message.add_int(self.channel.remote_chanid)
        message.add_string("signal")
        message.add_boolean(False)
        message.add_string(name)
        transport: Any = self.channel.transport
        transport._send_user_message(message)

    def send(self, data: bytes) -> None:
        """More input for a session started with `end=False`."""
        if self._after_start:
            self._after_start = (self._after_start[0] + data, False)
        else:
            self._send(data, end=False)

    def withhold(self) -> None:
        """A script that is not on its way yet is not sent any more: the shell has none to run."""
        if self._after_start or not self._begun_sending:
            self._after_start = None
            self._queue.clear()

    def finish(self) -> None:
        """No more input."""
        self._send(b"", end=True)

    @property
    def sent(self) -> bool:
        """Everything given so far is on its way."""
        return not self._queue and not self._after_start

    def _send(self, data: bytes, end: bool) -> None:
        view = [data[i : i + PIECE_BYTES] for i in range(0, len(data), PIECE_BYTES)]
        self._queue.extend(view)
        self._end_of_input = self._end_of_input or end

    def _answer_sudo(self) -> None:
        asked = self.err.early().count(self._prompt)
        if asked and self._password is not None:
            self._send(self._password, end=False)
            self._password = None
        elif asked > 1:
            self._end_of_input = True  # wrong password: sudo gives up and says so

    def _read(self) -> bool:
        moved = False
        for ready, receive, stream in (
            (self.channel.recv_ready, self.channel.recv, self.out),
            (self.channel.recv_stderr_ready, self.channel.recv_stderr, self.err),
        ):
            if ready():
                output = stream.feed(receive(2 * PIECE_BYTES))
                self.last_byte_s = time.monotonic()
                moved = True
                if output:
                    self.fresh.append(output)
        return moved

    def _write(self) -> bool:
        wrote = False
        while self._queue and self.channel.send_ready():
            piece = self._queue.popleft()
            try:
                sent = self.channel.send(piece)
            except OSError:  # it ended without reading all of its input
                self._queue.clear()
                break
            self._begun_sending |= sent > 0
            if sent < len(piece):
                self._queue.appendleft(piece[sent:])
            wrote = True
        if self._end_of_input and not self._queue and not self._closed_input:
            self._closed_input = True
            self.channel.shutdown_write()
        return wrote

    def _pause(self, wait_s: float) -> None:
        channel = self.channel
        self._wake.clear()
        if channel.eof_received or channel.closed:  # nothing sets the event from here on
            channel.status_event.wait(min(wait_s, 0.05))
        elif not (channel.recv_ready() or channel.recv_stderr_ready()):
            self._wake.wait(wait_s)


def new_channel(link: paramiko.Transport, limit_s: float) -> paramiko.Channel:
    """Raises paramiko.SSHException, EOFError and OSError."""
    for pause in OPEN_PAUSES_S:
        try:
            return link.open_session(timeout=limit_s)
        except paramiko.ChannelException:
            time.sleep(pause)
    return link.open_session(timeout=limit_s)


def shell_in_the_way(name: str, session: Session) -> LinkError:
    """The login shell ended, and not with our command."""
    return LinkError(
        f"{name}: the login shell ended before our command began",
        "\n".join(session.early()) or "it printed nothing",
        "log in by hand and look at the shell's rc files (.bashrc, config.fish, .cshrc)",
        kind="protocol",
    )
