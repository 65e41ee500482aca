"""What a server says that is no help: in place of its name, and before it lets somebody in."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from pathlib import Path

import paramiko
import pytest

from onramp.errors import LinkError
from onramp.remote.ssh import client as link
from onramp.remote.ssh.connect_options import ConnectOptions
from onramp.remote.ssh.ssh_config import Endpoint

WAY = ConnectOptions(
    connect_s=5, login_s=5, password="known to both", ask=None, cancel=threading.Event()
)


def endpoint(server: socket.socket, known_hosts: Path) -> Endpoint:
    return Endpoint(
        address="127.0.0.1", port=server.getsockname()[1], user="me", keys=(),
        named_keys=False, use_agent=False, identities_only=False, host_keys="accept-new",
        known_hosts=(str(known_hosts),),
    )  # fmt: skip


class LettingNobodyIn(paramiko.ServerInterface):
    """As PAM does before a boot has come to its end: it may say why, and closes the connection.

    `refuses` so many passwords before that.
    """

    def __init__(self, link: paramiko.Transport, banner: str, refuses: int) -> None:
        self.link, self.banner, self.refuses = link, banner, refuses

    def get_banner(self) -> tuple[str, str]:
        return self.banner, "en-US"

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_none(self, username: str) -> int:
        self.link.close()
        return paramiko.common.AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        if not self.refuses:
            self.link.close()
        return paramiko.common.AUTH_FAILED


def hung_up(folder: Path, banner: str, refuses: int = 0) -> LinkError:
    """What a login ends with that such a server ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _ = server.accept()
            there = paramiko.Transport(client)
            there.add_server_key(paramiko.RSAKey.generate(2048))
            with suppress(EOFError, OSError, paramiko.SSHException):  # it may be told so
                there.start_server(server=LettingNobodyIn(there, banner, refuses))

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(LinkError) as caught:
            link.connect(endpoint(server, folder / "known_hosts"), WAY)
    assert "closed during the login" in caught.value.brief
    assert "Permission denied" not in caught.value.details
    return caught.value


def test_a_login_that_is_hung_up_on_was_not_refused(tmp_path: Path) -> None:
    error = hung_up(
        tmp_path, "System is booting up. \x1b[31mCome back.\r\nOur hosts are watched\r\n"
    )
    assert error.kind == "lost"
    first, second, *_ = error.details.splitlines()
    assert first.startswith("System is booting up.")
    assert re.fullmatch(r"Connection closed by 127\.0\.0\.1 port \d+", second)


def test_a_text_for_everybody_tells_nothing_of_a_login(tmp_path: Path) -> None:
    error = hung_up(tmp_path, "Idle sessions are timed out.\r\n")
    assert "timed out" not in error.details
    assert "before a login it says: Idle sessions are timed out.; " in error.resolution


def test_what_was_refused_before_is_not_tried_again(tmp_path: Path) -> None:
    assert hung_up(tmp_path, "", refuses=1).kind == "auth"
    assert hung_up(tmp_path, "System is booting up.", refuses=1).kind == "lost"


def test_what_sshd_says_before_it_closes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RETRY_PAUSES_S", ())
    with socket.create_server(("127.0.0.1", 0)) as server:

        def turn_away() -> None:
            client, _ = server.accept()
            client.sendall(b"Exceeded MaxStartups\r\n")
            client.close()

        threading.Thread(target=turn_away, daemon=True).start()
        with pytest.raises(LinkError) as caught:
            link.connect(endpoint(server, Path("/dev/null")), WAY)
    assert "Error reading SSH protocol banner" in caught.value.details
    assert "Exceeded MaxStartups" in caught.value.details
