"""Hosts of the embedded lab: booted when they are asked for, removed when they are done with.

A lab host that is already up (`lab.up`, `--keep`) is used as it is and left up. Where Docker's
own servers do not answer, hosts are pointed at the lab's mirror, and their evidence says so.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from harness.lab.lab import Lab
from harness.model import Host
from harness.providers import Progress
from harness.settings import merge, nested


class LabProvider:
    """`keep`: leave up what was booted. `fresh`: never use a host that is already up."""

    def __init__(self, lab: Lab, *, keep: bool = False) -> None:
        self.lab = lab
        self.keep = keep
        self._booted: set[str] = set()
        self._was_up = bool(lab.hosts())
        self._lock = threading.Lock()
        self._mirror: dict[str, Any] | None = None

    def acquire(self, host: Host, progress: Progress) -> Host:
        """The host, booted, with the lab's key and its real host key."""
        settings = self._mirror_settings(progress)
        there = self.lab.get(host.name)
        if there is None:
            progress(f"booting {host.image}")
            there = self.lab.up(host.image or host.name, name=host.name, progress=progress)
            with self._lock:
                self._booted.add(there.name)
        return replace(
            host,
            address=there.address,
            port=there.port,
            user=host.user or there.user,
            private_key=host.private_key or str(there.private_key),
            known_hosts=str(there.known_hosts),
            host_keys="strict",
            settings=merge(settings, host.settings),
        )

    def release(self, host: Host) -> None:
        """Removes the host if this run booted it; the last one takes the lab's network with it."""
        with self._lock:
            ours = host.name in self._booted and not self.keep
            self._booted.discard(host.name)
        if ours:
            self.lab.down([host.name])

    def close(self) -> None:
        """Called once at the end of a run: nothing of ours is left behind."""
        if not self._was_up and not self.keep and not self.lab.hosts():
            self.lab.down()

    def _mirror_settings(self, progress: Progress) -> dict[str, Any]:
        with self._lock:
            if self._mirror is None:
                self._mirror = self._where_packages_come_from(progress)
            return self._mirror

    def _where_packages_come_from(self, progress: Progress) -> dict[str, Any]:
        self.lab.require()
        if self.lab.real_servers_answer():
            progress("Docker's own servers answer: they are used")
            return {}
        progress("Docker's own servers do not answer: the lab's mirror is used")
        mirror = self.lab.mirror(progress)
        registry = mirror.registry.removeprefix("http://")
        return nested(
            {
                "docker.repository": mirror.repository,
                "docker.daemon": {
                    "registry-mirrors": [mirror.registry],
                    "insecure-registries": [registry],
                },
                "stack.env": {
                    "PIP_INDEX_URL": mirror.pip_index,
                    "PIP_TRUSTED_HOST": mirror.pip_trusted_host,
                },
            }
        )
