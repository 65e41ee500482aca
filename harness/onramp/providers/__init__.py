"""Where hosts come from: one file each, exporting a constant that follows `Provider`.

A provider makes one host ready to be logged in to, and takes it back. It is called from the
host's own thread, so several hosts boot at once; what they share it guards itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, runtime_checkable

from onramp.model.action import Outcome
from onramp.model.host import Host

Progress = Callable[[str], None]
Reset = Literal["destroy", "snapshot"]  # how a virtual machine gets clean again


class Provider(Protocol):
    """`acquire` returns the host with address, login and host keys filled in.

    Raises HarnessError (or LinkError) where it cannot be had. `release` gives back what `acquire`
    made and nothing else; it is called once for every acquired host unless it is to be kept.
    """

    def acquire(self, host: Host, progress: Progress) -> Host: ...

    def release(self, host: Host) -> None: ...


@runtime_checkable
class Restarts(Protocol):
    """A provider whose hosts do not start again by themselves when they are told to restart.

    `tell` says so to the host; what came of that is returned, once the host is starting again.
    """

    def restart(self, host: Host, tell: Callable[[], Outcome]) -> Outcome: ...
