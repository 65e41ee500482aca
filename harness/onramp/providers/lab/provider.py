"""Hosts of the embedded lab: booted when they are asked for, removed when they are done with.

A lab host that is already up (`lab.up`, `--keep`) is used as it is and left up. Where Docker's
own servers do not answer, hosts are pointed at the lab's mirror, and their evidence says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.model.action import Outcome
from onramp.model.host import Host
from onramp.model.settings import merge, nested
from onramp.providers import Progress
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES
from onramp.providers.lab.lab_host import CLEAN, LabHost, StartState

ORIGIN = {
    True: "Docker's own servers did not answer: packages and images came from the lab's mirror",
    False: "packages and images came from Docker's own servers",
}


class LabProvider:
    """`keep`: leave up what was booted. `start_state`: where a host starts, by its name."""

    def __init__(
        self,
        lab: Lab,
        *,
        keep: bool = False,
        start_state: Callable[[str], StartState] = lambda name: CLEAN,
    ) -> None:
        self.lab = lab
        self.keep = keep
        self.start_state = start_state
        self._booted: dict[str, str] = {}  # the host's name -> the lab's
        self._lock = threading.Lock()
        self._mirrors: dict[tuple[str, bool], dict[str, Any]] = {}  # by what it serves

    def acquire(self, host: Host, progress: Progress) -> Host:
        """The host, booted, with the lab's key and its real host key."""
        mirrored = bool(host.settings.mirror)  # then nothing of it comes from elsewhere
        settings = {} if mirrored else self.where_from(host, progress)
        there = self._there(host) or self._booted_for(host, progress)
        origin = () if mirrored else (ORIGIN[bool(settings)],)
        host = configured(host, merge(settings, host.raw_settings), where=host.name)
        return replace(
            host,
            address=there.address,
            port=there.port,
            user=host.user or there.user,
            private_key=host.private_key or str(there.private_key),
            known_hosts=str(there.known_hosts),
            host_keys="strict",
            notes=(*host.notes, *not_its_own(there.image), *origin),
        )

    def where_from(self, host: Host, progress: Progress) -> dict[str, Any]:
        """Settings for where Docker's packages and images come from."""
        releases = host.settings.docker.method in ("script", "static")
        return self._mirror_settings(_family(host.image or host.name), releases, progress)

    def _there(self, host: Host) -> LabHost | None:
        """A host put up by hand; one that another run has booted for itself is not touched."""
        return None if self.lab.is_anothers(host.name) else self.lab.get(host.name)

    def _booted_for(self, host: Host, progress: Progress) -> LabHost:
        image = host.image or host.name
        progress(f"booting {image}")
        boot = partial(
            self.lab.up,
            image,
            progress=progress,
            own=not self.keep,
            start_state=self.start_state(host.name),
        )
        try:
            there = boot(name=host.name)
        except UsageError:  # another run has, or is just booting, a host of that name
            there = boot()
        with self._lock:
            self._booted[host.name] = there.name
        return there

    def restart(self, host: Host, tell: Callable[[], Outcome]) -> Outcome:
        """Nobody but the lab starts a host again whose init has ended."""
        return self.lab.restart(self._name(host), tell)

    def _name(self, host: Host) -> str:
        with self._lock:
            return self._booted.get(host.name, host.name)

    def release(self, host: Host) -> None:
        """Removes the host if this run booted it; the last one takes the lab's network with it."""
        with self._lock:
            name = self._booted.pop(host.name, None)
        if name and not self.keep:
            self.lab.down([name])

    def close(self) -> None:
        """Called once at the end of a run: nothing of ours is left behind, also after Ctrl-C."""
        if not self.keep:
            self.lab.down_own()
            self.lab.rest()

    def _mirror_settings(self, family: str, releases: bool, progress: Progress) -> dict[str, Any]:
        wanted = (family, releases)
        with self._lock:
            if wanted not in self._mirrors:
                self._mirrors[wanted] = self._where_packages_come_from(*wanted, progress)
            return self._mirrors[wanted]

    def _where_packages_come_from(
        self, family: str, releases: bool, progress: Progress
    ) -> dict[str, Any]:
        self.lab.require()
        if self.lab.real_servers_answer():
            progress("Docker's own servers answer: they are used")
            return {}
        progress("Docker's own servers do not answer: the lab's mirror is used")
        mirror = self.lab.mirror(progress, family=family, releases=releases)
        registry = mirror.registry.removeprefix("http://")
        return nested(
            {
                "docker.repository": mirror.repository,
                "docker.static": f"{mirror.repository}/static",
                "docker.script": f"{mirror.address}/get-docker.sh",
                "docker.releases": f"{mirror.address}/releases",
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


def not_its_own(image: str) -> tuple[str, ...]:
    """What of a host is not what it goes by."""
    about = IMAGES[image].about if image in IMAGES else ""
    return (f"{image}: {about}",) if about else ()


def _family(image: str) -> str:
    """Whose packages a host wants; a host that was put up under a name of its own says it later."""
    return IMAGES[image].family if image in IMAGES else "debian"
