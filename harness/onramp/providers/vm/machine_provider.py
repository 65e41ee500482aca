"""Machines brought up for a run by Vagrant, and taken down when they are done with.

The box is the one that the user's Vagrantfile names where Vagrant's catalog answers, and one made
here (`vm.box`) otherwise: of the lab's image of the same name, with the lab's mirror where Docker's
own servers do not answer.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onramp.config.parse_settings import configured
from onramp.errors import HarnessError
from onramp.model.host import Host
from onramp.model.settings import Timeouts, merge
from onramp.providers import Progress, Reset
from onramp.providers.lab import locks, reachability
from onramp.providers.lab.images import IMAGES
from onramp.providers.lab.provider import ORIGIN, LabProvider, not_its_own
from onramp.providers.memory import available_kb
from onramp.providers.vm import (
    accelerator,
    boxes,
    libvirt,
    machine_prerequisites,
    machines,
    systems,
)
from onramp.providers.vm.machines import Machine, Machines
from onramp.providers.vm.vagrantfile import Wanted

_CATALOG = "https://vagrantcloud.com/cloud-image/debian-13"
_SPARE_MB = 1024
_TIMES_AS_LONG = 5  # what an emulated machine is given, for all that is waited for


class Size(Struct, frozen=True):
    """What a machine is given; the Vagrantfile's variables of the same names say otherwise."""

    memory_mb: int = 2048
    cpus: int = 2


def size() -> Size:
    """As the environment says. Raises HarnessError for what is no number."""
    usual = Size()
    try:
        return Size(
            int(os.environ.get("ONRAMP_MEMORY_MB", usual.memory_mb)),
            int(os.environ.get("ONRAMP_CPUS", usual.cpus)),
        )
    except ValueError as error:
        raise HarnessError(f"ONRAMP_MEMORY_MB and ONRAMP_CPUS are whole numbers: {error}") from None


class MachineProvider:
    """`keep`: leave up what was brought up. `reset`: what is done so that a machine is clean.

    `lab` says where packages come from; `vagrantfile` is the user's, None where there is none.
    """

    def __init__(
        self,
        home: Path,
        lab: LabProvider,
        *,
        keep: bool = False,
        reset: Reset = "destroy",
        vagrantfile: Path | None = None,
        reaches_catalog: Callable[[], bool] = lambda: reachability.answers(_CATALOG),
    ) -> None:
        self.machines = Machines(home)
        self.lab, self.keep, self.reset, self.vagrantfile = lab, keep, reset, vagrantfile
        self.size = size()
        self._fetches = reaches_catalog
        self._up: dict[str, Path] = {}  # the host's name -> its machine's directory
        self._room = threading.BoundedSemaphore(_room_for(self.size))

    def require(self) -> None:
        """See that machines can be brought up here; installs what is missing when it may.

        Raises HarnessError with the one command to run when it may not.
        """
        self.lab.lab.require()
        machine_prerequisites.require()
        libvirt.start()

    def acquire(self, host: Host, progress: Progress) -> Host:
        """The host, its machine up and clean, with the machine's own login."""
        image = host.image or host.name
        if not self._room.acquire(blocking=False):
            progress("waiting until there is memory for one more machine")
            self._room.acquire()
        try:
            settings = {} if host.settings.mirror else self.lab.where_from(host, progress)
            machine = self._there(host, progress) or self._brought_up(host, image, progress)
        except BaseException:
            self._room.release()
            raise
        origin = () if host.settings.mirror else (ORIGIN[bool(settings)],)
        settings = merge(_patience(), settings)
        host = configured(host, merge(settings, host.raw_settings), where=host.name)
        return replace(
            host,
            address=machine.address,
            port=machine.port,
            user=host.user or machine.user,
            private_key=host.private_key or machine.private_key,
            known_hosts=machine.known_hosts,
            host_keys="accept-new",
            notes=(*host.notes, *machine.about, *origin),
        )

    def release(self, host: Host) -> None:
        """Takes the machine down if this run brought it up, and it is not to be kept."""
        folder = self._up.pop(host.name, None)
        try:
            if folder and not self._stays:
                self.machines.down([folder.name])
        finally:
            self._room.release()

    def close(self) -> None:
        """Called once at the end of a run: nothing of ours is left behind, also after Ctrl-C."""
        if self.keep:
            return
        self.machines.down_own()
        self.machines.rest()
        self.lab.close()

    @property
    def _stays(self) -> bool:
        return self.keep or self.reset == "snapshot"

    def _there(self, host: Host, progress: Progress) -> Machine | None:
        """A machine that was kept: as it is, or as it was when it was clean."""
        machine = self.machines.get(host.name)
        if machine is None:
            return None
        if self.reset != "snapshot":
            progress(f"{machine.name} is there already")
            self.machines.start(machine, progress)
            return machine
        if not self.machines.has_snapshot(machine):  # it was kept, and is clean no more
            self.machines.down([machine.name])
            return None
        progress(f"restoring {machine.name} to its clean snapshot")
        self.machines.restore(machine, progress)
        return machine

    def _brought_up(self, host: Host, image: str, progress: Progress) -> Machine:
        folder, held = self.machines.take(host.name, own=not self._stays)
        self._up[host.name] = folder
        try:
            wanted, about = self._wanted(folder, image, progress)
            machine = self.machines.up(folder, wanted, image, progress)
            if self.reset == "snapshot":
                self.machines.snapshot(folder, wanted.defined, progress)
            return machines.with_about(folder, machine, about)
        finally:
            locks.unlock(held)

    def _wanted(
        self, folder: Path, image: str, progress: Progress
    ) -> tuple[Wanted, tuple[str, ...]]:
        """What the machine is to be, and what a report says of it."""
        accelerated = accelerator.probed()
        wanted = Wanted(
            folder.name, accelerated, self.size.memory_mb, self.size.cpus,
            folder / "console.log",
        )  # fmt: skip
        runs_on = (
            f"a virtual machine: libvirt, {accelerated.name} ({accelerated.why}), "
            f"{wanted.memory_mb} MB, {wanted.cpus} processors"
        )
        if image not in systems.bootable() or self._fetches():
            named = f"the box that {self.vagrantfile} names for {image}"
            return replace(wanted, machine=image, include=self.vagrantfile), (runs_on, named)
        return self._with_own_box(wanted, image, runs_on, progress)

    def _with_own_box(
        self, wanted: Wanted, image: str, runs_on: str, progress: Progress
    ) -> tuple[Wanted, tuple[str, ...]]:
        """The machine on a box made here, and where its packages are."""
        folder = wanted.console.parent
        box = boxes.build(image, self.lab.lab.cache, progress)
        (folder / "box").write_text(box.name)
        (folder / "catalog.json").write_text(box.catalog)
        files = self.lab.lab.repositories(IMAGES[image], progress)
        wanted = replace(
            wanted, box=box.name, version=box.version, catalog=folder / "catalog.json", files=files
        )
        made = f"box {box.name}, made here, sha256 {box.sha256}"
        return wanted, (runs_on, made, *not_its_own(image))


def _patience() -> dict[str, Any]:
    """Settings for time limits: longer ones where machines are emulated."""
    if accelerator.probed().name == "kvm":
        return {}
    usual = msgspec.to_builtins(Timeouts())
    return {"timeouts": {name: limit_s * _TIMES_AS_LONG for name, limit_s in usual.items()}}


def _room_for(wanted: Size) -> int:
    """How many machines fit into the memory that is free now; one at least."""
    return max(1, (available_kb() // 1024 - _SPARE_MB) // wanted.memory_mb)
