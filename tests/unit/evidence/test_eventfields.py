"""A damaged events.jsonl is read as far as it goes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onramp.cli.commands import diagnose
from onramp.errors import UsageError
from onramp.evidence import find_runs, replay, stored_events
from onramp.evidence.event_types import cleaned
from onramp.pains import catalogue
from onramp.reports import build as report
from onramp.reports import formats

EVENTS: list[dict[str, Any]] = [
    {"t": "2026-01-01T00:00:00Z", "event": "host", "name": "h", "address": "a", "user": None,
     "image": None},
    {"event": "facts", "os_id": "debian", "memory_bytes": 1, "groups": ["a"], "podman": None,
     "arch": {"unknown": True}, "listeners": [{"port": 1, "address": "a",
                                              "process": {"unknown": True}}]},
    {"event": "plan", "method": "auto", "steps": [{"id": "up", "title": "t", "documented": []}]},
    {"event": "step", "id": "up", "state": "finished", "status": "failed", "seconds": 1,
     "attempts": 1, "note": ""},
    {"event": "command", "step": "up", "role": "apply", "shown": "x", "script": "x",
     "as_root": False, "exit_code": None, "seconds": 1.5, "log": "logs/l", "env": {"A": "b"}},
    {"event": "finding", "pain": "no-systemd", "step": "up", "how": "foreseen",
     "evidence": {"command": "x", "exit_code": 1, "excerpt": "e", "log": ""},
     "because": ["b"], "confidence": 1, "outcome": "noted", "seconds_lost": 0.0},
    {"event": "unexplained", "step": "up", "evidence": {"command": "x", "excerpt": "e"}},
    {"event": "requirement", "id": "logs", "title": "t", "status": "met", "because": "b",
     "evidence": {"command": "x", "exit_code": 0, "excerpt": "e", "log": ""}, "seconds": 1.5},
    {"event": "versions", "engine": "1", "compose": None},
    {"event": "leftovers", "items": ["x"]},
    {"event": "answer", "url": "u", "way": "direct"},
    {"event": "counter", "value": 1},
    {"event": "note", "text": "t"},
    {"event": "fault", "text": "t", "details": "d"},
    {"event": "end", "status": "failed", "total_s": 1, "on_host_s": 0.5},
]  # fmt: skip
WRONG: list[Any] = [3, "x\x1b[31m", None, [1], {"a": 1}, True, -1, 1e308, 10**30, "9" * 5000]
WRONG += [float("inf"), float("nan"), [], {}, [["x"]]]


@pytest.mark.parametrize("event", EVENTS, ids=[event["event"] for event in EVENTS])
def test_what_the_harness_writes_stays(event: dict[str, Any]) -> None:
    assert cleaned(event) == event
    assert cleaned({**event, "of a later day": [1]})["of a later day"] == [1]


@pytest.mark.parametrize("place", range(len(EVENTS)), ids=[event["event"] for event in EVENTS])
def test_a_wrong_field_spoils_no_report(place: int, tmp_path: Path) -> None:
    known = catalogue()
    for number, name in enumerate(EVENTS[place]):
        for wrong in WRONG:
            rows = [*EVENTS[:place], {**EVENTS[place], name: wrong}, *EVENTS[place + 1 :]]
            run = replay.host_run(map(cleaned, rows))
            made = report.build(
                [run], id="x", command="c", started="s", seconds=1.0, catalogue=known
            )
            if wrong is WRONG[(place + number) % len(WRONG)]:  # writing is what takes time
                assert not formats.write_all(made, tmp_path, known)


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 99, b'{"event":', b"[" * 200_000, b"1\nnull\n[]", b"\xff"]
)
def test_what_is_no_event_is_passed_over(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(raw)
    assert stored_events.read_events(tmp_path / "events.jsonl") == []


def test_a_run_without_events(tmp_path: Path) -> None:
    run = tmp_path / "20260101T000000Z"
    (run / "hosts/h/events.jsonl").mkdir(parents=True)
    (run / "hosts/file").touch()
    (run / "run.json").write_text("[" * 100_000)
    assert (find_runs.summary(run), find_runs.host_folders(run), find_runs.host_runs(run)) == (
        {},
        [],
        [],
    )
    given = SimpleNamespace(run="latest", text=None, json=True, runs=str(tmp_path))
    with pytest.raises(UsageError, match="has an events.jsonl to read"):
        diagnose.diagnose(given)


def test_a_run_names_only_what_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"event": "end", "status": "passed"}')
    run = tmp_path / "20260101T000000Z"
    run.mkdir()
    (run / "run.json").write_text('{"hosts": [{"name": "h", "path": ".."}]}')
    assert find_runs.last_failed(tmp_path) == ["h"]
