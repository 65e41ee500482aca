"""What the controller answers, whatever carries it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from onramp.fleet import dask_engine
from onramp.fleet.messages import Answer, Batch
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline.host_session import host_sessions
from onramp.pipeline.run_session import RunOptions, RunSession


class Answers:
    """Stands in for the queues: what was answered, by execution."""

    def __init__(self, client: object) -> None:
        self.name = "mail"
        self.said: list[tuple[str, Answer]] = []

    def answer(self, execution: str, answer: Answer) -> None:
        self.said.append((execution, answer))


def test_after_ctrl_c_a_task_that_only_begins_is_told_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others go on to their end meanwhile, and their worker is free for what waited."""
    monkeypatch.setattr(dask_engine, "Mail", Answers)
    hosts = (Host("h1", "127.0.0.1"), Host("h2", "127.0.0.1"))
    options = RunOptions("doctor", Stack("empty", "", {}), hosts, tmp_path)
    run = RunSession(options, {}, {})
    cluster = SimpleNamespace(
        kit=SimpleNamespace(endpoints={}), brings_kit=False, client=None, workers=2
    )
    sessions = host_sessions(run, options.run_directory())
    work = dask_engine._Work(cast(Any, cluster), run, sessions)
    first, second = (work._ledger.give([host.name]) for host in hosts)
    work._answer([Batch(first, "one", "w1", 0, [])])
    run.cancel.set()
    work._answer([Batch(second, "two", "w1", 0, []), Batch(second, "three", "w2", 0, [])])
    assert cast(Answers, work._mail).said == [
        ("one", Answer(0)),
        ("two", Answer(0, stop="interrupted")),
        ("three", Answer(stop="refused")),
    ]
