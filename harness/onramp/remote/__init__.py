"""One SSH connection to a host, and Docker's API and HTTP spoken over it.

`Connection` is all that the rest asks of it; `connection.SshTransport`, slow to import, is it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from onramp.model.action import Command, Outcome, Upload

if TYPE_CHECKING:
    from onramp.remote.ssh.stream import Stream


class Connection(Protocol):
    """A logged-in host. `run` and `upload` raise LinkError only; `cancel` ends what goes on.

    `sudo_mode` may be set to what facts found out ("none", "passwordless", "password").
    """

    address: str
    cancel: threading.Event
    sudo_mode: str | None

    def run(self, command: Command) -> Outcome: ...
    def upload(self, upload: Upload) -> Outcome: ...
    def stream(self, script: str, *, as_root: bool = False) -> Stream: ...
    def tunnel(self, port: int, address: str = "127.0.0.1") -> Any: ...
    def serve(self, port: int, answer: Callable[[Any], None]) -> None: ...
    def reopen(self) -> None: ...
    def close(self) -> None: ...
