"""Machines of ours: brought up, restored, found again, taken down; one directory a machine.

The directory is made before anything else and removed after everything else, and its lock is held
for as long as somebody brings the machine up or takes it down. So whatever was interrupted, and
wherever, is found: a directory whose lock is free and that says of no machine that it is up is
swept, and so is one that was made for a run that is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from onramp import PROGRAM
from onramp.errors import HarnessError, UsageError
from onramp.providers import Progress, vagrant, vagrant_states
from onramp.providers.lab import ledger, locks, network, subprocesses
from onramp.providers.vm import libvirt, vagrantfile
from onramp.providers.vm.vagrant_runs import VagrantRuns
from onramp.providers.vm.vagrantfile import Wanted
from onramp.text.sanitize import plain

SNAPSHOT = "clean"
_CLAIMS = network.RUN / "machines"


class Machine(Struct, frozen=True):
    """A machine that is up and all that is needed to log in to it.

    `defined` is what its Vagrantfile calls it; `about`: what it runs on, for a report.
    """

    name: str
    image: str
    defined: str
    address: str
    port: int
    user: str
    private_key: str
    known_hosts: str
    about: tuple[str, ...] = ()


class Machines:
    """The machines of one cache; any number of threads and processes may use it at once."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runs = VagrantRuns(home / "vagrant.d")
        self._folders = home / "machines"

    def take(self, name: str, *, own: bool) -> tuple[Path, int]:
        """Claim a name, or one like it: its directory, and the lock on it for `unlock`.

        `own`: for this process alone; it does not outlive it (the next one to look sweeps it).
        """
        self.sweep()
        known = libvirt.domains()
        with locks.locked(network.RUN / ".machines.lock"):
            for candidate in (name, *(f"{name}-{n}" for n in range(2, 100))):
                folder, claim = self._folders / candidate, _CLAIMS / candidate
                if (
                    folder.exists()
                    or claim.exists()
                    or any(k.split("--")[0] == candidate for k in known)
                ):
                    continue
                held = locks.try_lock(ledger.lock_of(folder))
                if held is not None:
                    folder.mkdir(parents=True)
                    _CLAIMS.mkdir(parents=True, exist_ok=True)
                    claim.write_text(str(folder))
                    if own:
                        ledger.own(folder)
                    return folder, held
        raise UsageError(f"too many machines are called {name}", resolution=f"{PROGRAM} vm.down")

    def up(self, folder: Path, wanted: Wanted, image: str, progress: Progress) -> Machine:
        """Bring the machine of this directory up, from nothing. Raises HarnessError."""
        self.home.mkdir(parents=True, exist_ok=True)
        (folder / "Vagrantfile").write_text(vagrantfile.text(wanted))
        with locks.locked(self.home / ".boxes.lock", timeout_s=1800):  # Vagrant adds one at a time
            self._add(folder, wanted, progress)
        with self._upload(wanted) as uploaded:
            try:
                self.runs.run(folder, "up", wanted.defined, progress=_both(progress, uploaded))
            except HarnessError as error:
                raise _with_console(error, wanted.console) from None
        machine = self._login(folder, wanted, image)
        _record(folder, machine)
        return machine

    def snapshot(self, folder: Path, name: str, progress: Progress) -> None:
        """Keep the machine's state, which `restore` goes back to."""
        self.runs.run(folder, "snapshot", "save", name, SNAPSHOT, progress=progress)
        (folder / SNAPSHOT).touch()

    def has_snapshot(self, machine: Machine) -> bool:
        """Whether there is a clean state of it to go back to."""
        return (self._folders / machine.name / SNAPSHOT).exists()

    def restore(self, machine: Machine, progress: Progress) -> None:
        """Back to the clean state; its clock, which stood still meanwhile, is set."""
        folder, name = self._folders / machine.name, machine.defined
        words = ("snapshot", "restore", "--no-provision", name, SNAPSHOT)
        self.runs.run(folder, *words, progress=progress)
        now = f"sudo date -u -s @{time.time():.0f}"
        self.runs.run(folder, "ssh", name, "--command", now)

    def start(self, machine: Machine, progress: Progress) -> None:
        """See that a machine that was made before runs."""
        folder = self._folders / machine.name
        self.runs.run(folder, "up", "--no-provision", machine.defined, progress=progress)

    def get(self, name: str) -> Machine | None:
        """The machine of this name, where one was brought up whole and is nobody's alone."""
        folder = self._folders / name
        return None if ledger.owner_of(folder) else self._read(folder)

    def all(self) -> list[Machine]:
        """The machines that were brought up whole; what is left of others is swept."""
        self.sweep()
        found = (self._read(folder) for folder in ledger.folders(self._folders))
        return [machine for machine in found if machine is not None]

    def down(self, names: Sequence[str] | None = None) -> list[str]:
        """Take these machines down, or all that this cache has, and what libvirt has of nobody's.

        Returns what was removed.
        """
        folders = {folder.name: folder for folder in ledger.folders(self._folders)}
        wanted = [name for name in folders if names is None or name in names]
        if wanted or libvirt.domains():
            libvirt.start()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: self._remove(folders[name]), wanted))
        stray = [] if names else [name for name in libvirt.domains() if not _claimed(name)]
        for name in stray:
            libvirt.remove(name)
        if names is None:
            self._tidy()
        return [*wanted, *stray]

    def down_own(self) -> None:
        """Take down what was made for this process alone; what it still does is cut short."""
        self.runs.end_all()
        for folder in ledger.folders(self._folders):
            owner = ledger.owner_of(folder)
            if owner is not None and owner.pid == os.getpid():
                with contextlib.suppress(HarnessError):
                    self._remove(folder, timeout_s=10)

    def rest(self) -> None:
        """At the end of a run: libvirt ends where it was started here and nothing runs."""
        libvirt.stop()

    def sweep(self) -> None:
        """Remove what is left of machines that were never finished, or whose run is gone."""
        for folder in ledger.folders(self._folders):
            held = locks.try_lock(ledger.lock_of(folder))
            if held is None:
                continue  # somebody brings it up or takes it down right now
            try:
                if folder.exists() and (self._read(folder) is None or _orphaned(folder)):
                    libvirt.start()
                    self._destroy(folder)
            finally:
                locks.unlock(held)

    def _add(self, folder: Path, wanted: Wanted, progress: Progress) -> None:
        """The box into Vagrant's store, from the catalog; a download is left to `up`."""
        if wanted.catalog is None or wanted.box is None:
            return
        there = self.home / "vagrant.d/boxes" / vagrant_states.stored(wanted.box)
        if not (there / str(wanted.version) / "libvirt/box.img").exists():
            words = ("box", "add", "--provider", "libvirt", str(wanted.catalog))
            self.runs.run(folder, *words, progress=progress)

    @contextlib.contextmanager
    def _upload(self, wanted: Wanted) -> Iterator[Progress]:
        """One machine at a time hands libvirt a box; yields what hears when that is done."""
        path = self.home / f".upload-{(wanted.box or wanted.defined).replace('/', '-')}.lock"
        held: list[int] = []

        def done(line: str) -> None:
            if held and line.startswith(("Creating image", "Creating domain")):
                locks.unlock(held.pop())

        held.append(locks.lock(path))
        try:
            yield done
        finally:
            while held:
                locks.unlock(held.pop())

    def _login(self, folder: Path, wanted: Wanted, image: str) -> Machine:
        config = self.runs.run(folder, "ssh-config", wanted.defined)
        host = vagrant.parse(config, root=folder)[0]
        return Machine(
            folder.name, image, wanted.defined, host.address, host.port, host.user or "vagrant",
            host.private_key or "", str(folder / "known_hosts"),
        )  # fmt: skip

    def _read(self, folder: Path) -> Machine | None:
        try:
            fields = json.loads((folder / "machine.json").read_text())
            return Machine(**{**fields, "about": tuple(fields["about"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def _remove(self, folder: Path, timeout_s: float = 120) -> None:
        with locks.locked(ledger.lock_of(folder), timeout_s=timeout_s):
            if folder.exists():
                self._destroy(folder)

    def _destroy(self, folder: Path) -> None:
        """Take away what libvirt has of it, then the directory.

        A machine that never came up may have left half a box behind, in libvirt and in Vagrant.
        """
        libvirt.remove(folder.name)
        if self._read(folder) is None:
            self._forget_halves(folder)
        (_CLAIMS / folder.name).unlink(missing_ok=True)
        subprocesses.remove_tree(folder)

    def _forget_halves(self, folder: Path) -> None:
        box = folder / "box"
        others = [f for f in ledger.folders(self._folders) if f != folder]
        with contextlib.suppress(FileNotFoundError):
            if not any((other / "box").exists() for other in others):
                libvirt.forget_box(box.read_text())

    def _tidy(self) -> None:
        """What `vagrant box add` leaves when it is killed, and libvirt where we started it."""
        held = locks.try_lock(self.home / ".boxes.lock")
        if held is not None:
            subprocesses.remove_tree(self.home / "vagrant.d/tmp")
            locks.unlock(held)
        libvirt.stop()


def _both(first: Progress, second: Progress) -> Progress:
    def hear(line: str) -> None:
        first(line)
        second(line)

    return hear


def _with_console(error: HarnessError, console: Path) -> HarnessError:
    """The error with what the machine itself printed last, which is gone with the machine."""
    try:
        printed = console.read_text(errors="replace")[-subprocesses.TAIL_CHARS :]
    except FileNotFoundError:
        return error
    details = f"{error.details}\n\nIts console printed last:\n{plain(printed)}"
    return HarnessError(error.brief, details, error.resolution)


def with_about(folder: Path, machine: Machine, about: tuple[str, ...]) -> Machine:
    """The machine, its record saying what it runs on."""
    told = replace(machine, about=about)
    _record(folder, told)
    return told


def _record(folder: Path, machine: Machine) -> None:
    new = folder / ".machine.json"
    new.write_text(json.dumps(asdict(machine), indent=1))
    new.rename(folder / "machine.json")


def _claimed(name: str) -> bool:
    """Whether a directory, of this cache or another, still stands for the machine."""
    try:
        return Path((_CLAIMS / name.split("--")[0]).read_text()).exists()
    except FileNotFoundError:
        return False


def _orphaned(folder: Path) -> bool:
    owner = ledger.owner_of(folder)
    return owner is not None and not owner.alive()
