"""Paramiko's time limits and keep-alives by a clock that nobody sets.

It asks `time.time()`: set forward during a login, the machine's clock ends that as "Authentication
timeout"; set back, a login that hangs or a peer that vanished is waited for as much longer.
"""

from __future__ import annotations

import time
from types import SimpleNamespace

from paramiko import auth_handler, buffered_pipe, channel, packet, proxy, transport

_ASKING = (auth_handler, buffered_pipe, channel, packet, proxy, transport)
_STEADY = SimpleNamespace(time=time.monotonic, sleep=time.sleep)  # what they use of `time`


def keep() -> None:
    """From now on, in this process."""
    for module in _ASKING:
        setattr(module, "time", _STEADY)  # noqa: B010  to type checkers it is a module
