"""Hosts that are simply there: nothing is started, nothing is taken back."""

from __future__ import annotations

from onramp.model.host import Host
from onramp.providers import Progress


class StaticProvider:
    """Servers of the user's own, as the inventory or the command line names them."""

    def acquire(self, host: Host, progress: Progress) -> Host:
        """The host as it is."""
        return host

    def release(self, host: Host) -> None:
        """Nothing was made, so nothing is undone."""
