"""A port on the host's own loopback whose connections come back through SSH: ssh(1), -R."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import paramiko

from onramp.errors import LinkError

PAUSES_S: Final = (
    0.1,
    0.3,
    0.6,
    1.0,
    2.0,
    0.0,
)  # the sshd of a login that just ended frees it late


class Forward:
    """What is asked for anew after each login."""

    def __init__(self, host: str, port: int, answer: Callable[[Any], None]) -> None:
        self._host, self._port, self._answer = host, port, answer

    def listen(self, link: Any) -> None:
        """Raises LinkError where the host's sshd refuses, or the port is taken there."""
        for pause in PAUSES_S:
            try:
                link.request_port_forward("127.0.0.1", self._port, self._accept)
                return
            except (paramiko.SSHException, EOFError, OSError):
                time.sleep(pause if link.is_active() else 0)
        raise LinkError(
            f"{self._host}: sshd gives the mirror no port on the host's loopback",
            f"remote port forwarding failed for listen port {self._port}",  # as ssh(1) says it
            "allow forwarding for this login (AllowTcpForwarding), or serve the mirror by address",
            kind="forward",
        )

    def _accept(self, channel: Any, origin: Any, server: Any) -> None:
        """Called by the link's own thread, which must not wait."""
        threading.Thread(target=self._served, args=(channel,), daemon=True).start()

    def _served(self, channel: Any) -> None:
        try:
            self._answer(channel)
        finally:
            channel.close()
