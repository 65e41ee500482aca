"""The history's database: SQLite, and only a cache of what the run directories say.

Rows of runs that were deleted are kept, marked as gone: that is what a history is for. A damaged
database is put aside and made anew; one that cannot be written, or is not ours to write, is read
as far as it can be and then lives in memory for this once.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import quote

from onramp.history.compare.pain_changes import Met, Walk
from onramp.history.trend_types import ReadRun, Row
from onramp.model.rating import RATINGS

NAME: Final = "history.db"
APPLICATION: Final = 0x4F4E5250  # "ONRP"
BUSY_S: Final = 30.0
SCHEMAS: Final = (  # a database of version n has had the first n of these; never change an old one
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, began TEXT NOT NULL, task TEXT NOT NULL,
        signature TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE hosts (
        run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, place INTEGER NOT NULL,
        name TEXT NOT NULL, system TEXT NOT NULL, stack TEXT NOT NULL, method TEXT NOT NULL,
        engine TEXT NOT NULL, status TEXT NOT NULL, answered INTEGER NOT NULL,
        first_answer_s REAL, total_s REAL NOT NULL,
        set_up INTEGER, task INTEGER, shut_down INTEGER, documentation INTEGER,
        reached TEXT NOT NULL,
        PRIMARY KEY (run, place)
    );
    CREATE TABLE met (
        run TEXT NOT NULL, place INTEGER NOT NULL, pain TEXT NOT NULL,
        outcome TEXT NOT NULL, step TEXT NOT NULL, how TEXT NOT NULL,
        FOREIGN KEY (run, place) REFERENCES hosts ON DELETE CASCADE
    );
    CREATE INDEX met_at ON met (run, place);
    """,
)


class Store:
    """An open history. A context manager; `notes` say what a user should know about it."""

    def __init__(self, connection: sqlite3.Connection, notes: Sequence[str] = ()) -> None:
        self._connection = connection
        self.notes = tuple(notes)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """That of a folder of runs; in memory where it cannot be written there."""
        path = folder / NAME
        try:
            return cls(_opened(path))
        except _NotOurs as error:
            return cls(_in_memory(), [f"{path} {error}: it was left alone, and not used"])
        except sqlite3.OperationalError as error:
            return cls.aside(folder, str(error))
        except sqlite3.DatabaseError as error:
            return cls.anew(folder, str(error))

    @classmethod
    def aside(cls, folder: Path, why: str) -> Store:
        """A copy in memory of one that cannot be written."""
        path = folder / NAME
        there = [f"{path} cannot be written ({why}): nothing is kept"] if folder.is_dir() else []
        return cls(_copy(path), there)

    @classmethod
    def anew(cls, folder: Path, why: str) -> Store:
        """An empty one in place of one that is damaged, which is kept aside."""
        path = folder / NAME
        aside = path.with_name(f"{NAME}.damaged")
        note = f"{path} was damaged ({why}) and made anew; the old one is {aside.name}"
        try:
            path.replace(aside)
            with suppress(FileNotFoundError):
                path.with_name(f"{NAME}-journal").unlink()
            return cls(_opened(path), [note])
        except (OSError, sqlite3.Error):
            return cls(_in_memory(), [f"{path} is damaged ({why}) and cannot be replaced"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def signatures(self) -> dict[str, str]:
        """Of every run: what it looked like on disk when it was read."""
        return dict(self._connection.execute("SELECT id, signature FROM runs"))

    def put(self, found: Iterable[ReadRun]) -> None:
        """Runs with their hosts, in place of what was known of them."""
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            for run in found:
                self._connection.execute("DELETE FROM runs WHERE id = ?", (run.id,))
                told = (run.id, run.began, run.task, run.signature)
                self._connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, 0)", told)
                for place, row in enumerate(run.rows):
                    self._put(run.id, place, row)

    def _put(self, run: str, place: int, row: Row) -> None:
        values = (
            *(run, place, row.name, row.system, row.stack, row.method, row.engine, row.status),
            *(row.answered, row.first_answer_s, row.total_s),
            *(row.ratings.get(name) for name in RATINGS),
            json.dumps(sorted(row.walk.reached)),
        )
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO hosts VALUES ({marks})", values)
        self._connection.executemany(
            "INSERT INTO met VALUES (?, ?, ?, ?, ?, ?)",
            [
                (run, place, pain, one.outcome, one.step, one.how)
                for pain, meetings in row.walk.met.items()
                for one in meetings
            ],
        )

    def here(self, runs: Iterable[str]) -> None:
        """These are all runs there are; the others are gone."""
        there = set(runs)
        marked = self._connection.execute("SELECT id, gone FROM runs").fetchall()
        changed = [(int(run not in there), run) for run, gone in marked if gone == (run in there)]
        if changed:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                self._connection.executemany("UPDATE runs SET gone = ? WHERE id = ?", changed)

    def rows(self) -> tuple[Row, ...]:
        """Every host of every run, oldest first."""
        met: dict[tuple[str, int], dict[str, list[Met]]] = {}
        for run, place, pain, *meeting in self._connection.execute("SELECT * FROM met"):
            met.setdefault((run, place), {}).setdefault(pain, []).append(Met(*meeting))
        found = self._connection.execute(
            "SELECT hosts.*, runs.began AS began, runs.task AS of_task, runs.gone AS gone"
            " FROM hosts JOIN runs ON hosts.run = runs.id"
            " ORDER BY runs.began, length(runs.id), runs.id, place"
        )
        names = [column[0] for column in found.description]
        records = (dict(zip(names, values, strict=True)) for values in found)
        return tuple(_row(one, met.get((one["run"], one["place"]), {})) for one in records)


class _NotOurs(Exception):
    """A database of another program, or of a newer Onramp."""


def _row(record: Mapping[str, Any], met: Mapping[str, list[Met]]) -> Row:
    texts = ("run", "began", "name", "system", "stack", "method", "engine", "status")
    return Row(
        **{name: record[name] for name in texts},
        task=record["of_task"],
        answered=bool(record["answered"]),
        first_answer_s=record["first_answer_s"],
        total_s=record["total_s"],
        ratings={name: cast("int | None", record[name]) for name in RATINGS},
        walk=Walk(met, frozenset(json.loads(record["reached"]))),
        gone=bool(record["gone"]),
    )


def _opened(path: Path) -> sqlite3.Connection:
    if os.path.exists(path) and not os.path.isfile(
        path
    ):  # SQLite would wait for a pipe's other end
        raise _NotOurs("is no file")
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
        return _prepared(connection)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Checked, of today's schema, and writable."""
    if (found := _one(connection, "PRAGMA quick_check(1)")) != "ok":
        raise sqlite3.DatabaseError(found)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")  # it is a cache
    connection.execute("BEGIN IMMEDIATE")  # two at once: the second finds it done
    with connection:
        _migrate(connection)
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    version = int(_one(connection, "PRAGMA user_version"))
    if _one(connection, "SELECT count(*) FROM sqlite_master") and (
        _one(connection, "PRAGMA application_id") != APPLICATION
    ):
        raise _NotOurs("is another program's")
    if version > len(SCHEMAS):
        raise _NotOurs("was written by a newer Onramp")
    for schema in SCHEMAS[version:]:
        for statement in schema.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(SCHEMAS)}")


def _copy(path: Path) -> sqlite3.Connection:
    """What can be read of it, in memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with suppress(sqlite3.Error, _NotOurs):
        source = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            source.backup(memory)
        finally:
            source.close()
        return _prepared(memory)
    memory.close()
    return _in_memory()


def _in_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:", isolation_level=None))


def _one(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]
