"""How connections are made for one host."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from onramp.remote.ssh.auth import Ask

Aside = Callable[[], contextlib.AbstractContextManager[None]]


class ConnectOptions:
    """How connections are made for one host: limits, secrets, whom to ask. Safe to print."""

    def __init__(
        self,
        *,
        connect_s: float,
        login_s: float,
        password: str | None,
        ask: Ask | None,
        cancel: threading.Event,
        aside: Aside = contextlib.nullcontext,
    ) -> None:
        self.connect_s = connect_s
        self.login_s = login_s
        self.password = password
        self.ask = ask
        self.cancel = cancel
        self.aside = aside  # within it nothing but the other side's answer is waited for
