"""Brings the history up to date with the run directories: reads those that are new or changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from onramp.evidence import event_types, find_runs, replay, stored_events
from onramp.history import host_rows
from onramp.history.store import Store
from onramp.history.trend_types import ReadRun
from onramp.model.pain import Catalogue
from onramp.reports import ratings

AT_ONCE: Final = 50  # runs a transaction
Announce = Callable[[int], None]


class Refreshed(Struct):
    """How many runs were read, and which could not be."""

    read: int = 0
    faults: list[str] = field(default_factory=list)


def refresh(store: Store, runs_dir: Path, catalogue: Catalogue, announce: Announce) -> Refreshed:
    """Everything new below `runs_dir`, and what is gone from it; `announce` how much that is.

    What is kept was rated with a catalogue: with another one, the runs still there are read again.
    """
    done = Refreshed()
    known, way = store.signatures(), _fingerprint(catalogue)
    there = {path.name: path for path in find_runs.all_runs(runs_dir)}
    signatures = {name: f"{way} {_signature(path)}" for name, path in there.items()}
    changed = [name for name in there if known.get(name) != signatures[name]]
    announce(len(changed))
    found = (
        one
        for name in changed
        if (one := _read(there[name], signatures[name], catalogue, done)) is not None
    )
    while part := list(islice(found, AT_ONCE)):
        store.put(part)
        done.read += len(part)
    store.here(there)
    return done


def _read(path: Path, signature: str, catalogue: Catalogue, done: Refreshed) -> ReadRun | None:
    began = host_rows.began_of(path.name)
    if began is None:
        done.faults.append(f"{path.name}: its name is no date")
        return None
    task = host_rows.task_of(str(find_runs.summary(path).get("command") or ""))
    rows = []
    for folder in find_runs.host_folders(path):
        try:
            events = stored_events.read_events(folder / "events.jsonl")
        except OSError as error:
            done.faults.append(f"{path.name}: {folder.name}: {error.strerror}")
            return None
        rows.append(host_rows.row(events, catalogue, run=path.name, began=began, task=task))
    return ReadRun(path.name, began, task, signature, tuple(rows))


def _signature(run: Path) -> str:
    """Changes whenever a run's events or its run.json do; cheap, for thousands of runs."""
    told = hashlib.sha256(_state(run / "run.json").encode())
    for name in sorted(_names(run / "hosts")):
        state = _state(run / "hosts" / name / "events.jsonl")
        told.update(os.fsencode(f"{name}\0{state}\0"))
    return told.hexdigest()[:32]


def _names(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)
    except OSError:
        return


def _state(path: Path) -> str:
    try:
        seen = os.stat(path)
    except OSError:
        return "none"
    return f"{seen.st_mtime_ns} {seen.st_size}"


def _fingerprint(catalogue: Catalogue) -> str:
    """Of everything that rates a run: code, and what the catalogue says of each pain point."""
    told = hashlib.sha256()
    for module in (ratings, replay, event_types, host_rows):
        told.update(Path(str(module.__file__)).read_bytes())
    for pain in sorted(catalogue.values(), key=lambda pain: pain.id):
        commands = pain.remedy.commands if pain.remedy else ()
        told.update(repr((pain.id, pain.phase, pain.severity, commands)).encode())
    return told.hexdigest()[:16]
