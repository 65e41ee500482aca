"""What a server that is no help says in place of its name."""

from __future__ import annotations

import socket
import threading

import pytest

from onramp.errors import LinkError
from onramp.remote.ssh import client as link
from onramp.remote.ssh.connect_options import ConnectOptions
from onramp.remote.ssh.ssh_config import Endpoint


def test_what_sshd_says_before_it_closes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RETRY_PAUSES_S", ())
    with socket.create_server(("127.0.0.1", 0)) as server:

        def turn_away() -> None:
            client, _ = server.accept()
            client.sendall(b"Exceeded MaxStartups\r\n")
            client.close()

        threading.Thread(target=turn_away, daemon=True).start()
        endpoint = Endpoint(
            address="127.0.0.1", port=server.getsockname()[1], user="me", keys=(),
            named_keys=False, use_agent=False, host_keys="strict", known_hosts=("/dev/null",),
        )  # fmt: skip
        way = ConnectOptions(
            connect_s=5, login_s=5, password=None, ask=None, cancel=threading.Event()
        )
        with pytest.raises(LinkError) as caught:
            link.connect(endpoint, way)
    assert "Error reading SSH protocol banner" in caught.value.details
    assert "Exceeded MaxStartups" in caught.value.details
