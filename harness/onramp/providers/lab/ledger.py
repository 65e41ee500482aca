"""Which hosts there are: one directory a host, in the cache.

The directory is made before anything else and removed after everything else, and its lock is held
for as long as someone boots or destroys the host. So whatever was interrupted, and wherever, is
found: a directory whose lock is free and whose process is gone is swept. So is a host that was
booted for one run alone when that run's process is gone: it died without taking it down.
"""

import json
import os
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from onramp.providers.lab import lab_host, locks, network, processes
from onramp.providers.lab.lab_host import LabHost

_PATHS = ("private_key", "known_hosts")


def to_json(entry: LabHost, started: int) -> str:
    """A host as text; `started` tells its process from a later one with the same id."""
    return json.dumps({**asdict(entry), "started": started}, default=str, indent=1)


def from_json(text: str) -> tuple[LabHost, int]:
    """The reverse of `to_json`."""
    fields: dict[str, Any] = json.loads(text)
    started = int(fields.pop("started"))
    for name in _PATHS:
        fields[name] = Path(fields[name])
    return LabHost(**fields), started


def write(folder: Path, entry: LabHost) -> None:
    """Record a booted host."""
    process = processes.find(entry.pid)
    (folder / "host.json").write_text(to_json(entry, process.started if process else 0))


def read(folder: Path) -> LabHost | None:
    """The host in this directory if it is booted, runs, and is not an orphan, else None."""
    try:
        entry, started = from_json((folder / "host.json").read_text())
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    owner = owner_of(folder)
    orphaned = owner is not None and not owner.alive()
    return entry if processes.Process(entry.pid, started).alive() and not orphaned else None


def own(folder: Path) -> None:
    """Say, before it is booted, that this host is for this process alone."""
    process = processes.find(os.getpid())
    if process:
        (folder / "owner.json").write_text(json.dumps(asdict(process)))


def owner_of(folder: Path) -> processes.Process | None:
    """The process this host was booted for, dead or alive; None where anyone may use it."""
    try:
        return processes.Process(**json.loads((folder / "owner.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def lock_of(folder: Path) -> Path:
    """A host's lock lies beside its directory, for it must outlive it."""
    return folder.with_name(f".{folder.name}.lock")


def folders(home: Path) -> list[Path]:
    """Every host's directory, booted or not."""
    return sorted(path for path in home.glob("[!.]*") if path.is_dir())


def index_in(folder: Path) -> int | None:
    """The network number this directory claimed."""
    return next((n for n, owner in network.claims().items() if owner == folder), None)


def sweep(home: Path) -> None:
    """Remove what is left of hosts that died or were never finished, here and machine-wide."""
    found = [*folders(home), *network.claims().values()]
    for folder in dict.fromkeys(found):
        if read(folder) is None:
            _sweep_one(folder)


def _sweep_one(folder: Path) -> None:
    held = locks.try_lock(lock_of(folder))
    if held is None:
        return  # someone is booting or destroying it right now
    try:
        if read(folder) is None:
            lab_host.destroy(folder, index_in(folder))
    finally:
        locks.unlock(held)
