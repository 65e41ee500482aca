"""All rows there are of a folder of runs: what is new is read from disk, the rest was kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from msgspec import Struct

from onramp.history.refresh import Announce, refresh
from onramp.history.store import Store
from onramp.history.trend_types import Row
from onramp.model.pain import Catalogue


class Kept(Struct, frozen=True):
    """The rows, oldest first; how many runs had to be read for them, and what to know of that."""

    rows: tuple[Row, ...]
    read: int
    notes: tuple[str, ...]


def load(
    runs_dir: Path,
    catalogue: Catalogue,
    announce: Announce = lambda count: None,
) -> Kept:
    """Brings the database up to date; where it cannot be written any more, works in memory.

    `announce` is told how many runs have to be read, before they are.
    """
    try:
        return _load(Store.open(runs_dir), runs_dir, catalogue, announce)
    except (sqlite3.Error, ValueError) as error:
        if _is_damage(error):
            return _load(Store.anew(runs_dir, str(error)), runs_dir, catalogue, announce)
        return _load(Store.aside(runs_dir, str(error)), runs_dir, catalogue, announce)


def _is_damage(error: Exception) -> bool:
    """Whether what is kept is not what we wrote; else the disk is full, or it is locked."""
    return not isinstance(error, sqlite3.OperationalError) or "no such" in str(error)


def _load(store: Store, runs_dir: Path, catalogue: Catalogue, announce: Announce) -> Kept:
    with store:
        done = refresh(store, runs_dir, catalogue, announce)
        faults = (f"left out: {fault}" for fault in done.faults)
        return Kept(store.rows(), done.read, (*store.notes, *faults))
