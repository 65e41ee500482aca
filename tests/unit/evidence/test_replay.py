"""A HostRun is what its events add up to, however far they got."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onramp.evidence import event_lines, replay
from onramp.evidence.find_runs import host_runs, took_s, unseen
from onramp.model.facts import Facts, Listener
from onramp.model.pain import Evidence, Finding, Unexplained
from onramp.model.unknown import UNKNOWN

Event = dict[str, Any]

HOST: Event = {
    "event": "host",
    "name": "debian-12",
    "address": "10.99.0.2",
    "port": 22,
    "user": "newcomer",
    "image": "debian-12",
    "stack": "hello-world",
    "provider": "lab",
}
PLAN: Event = {
    "event": "plan",
    "method": "repository",
    "steps": [
        {
            "id": "install-engine",
            "title": "Install the engine",
            "documented": ["apt-get install x"],
        },
        {"id": "up", "title": "Start the stack", "documented": ["docker compose up -d"]},
        {"id": "verify", "title": "Ask it", "documented": []},
    ],
}


def started(step: str) -> Event:
    return {"event": "step", "id": step, "state": "started"}


def finished(step: str, status: str, **more: Any) -> Event:
    return {
        "event": "step",
        "id": step,
        "state": "finished",
        "status": status,
        "seconds": 1.5,
        "attempts": 1,
        "note": "",
        **more,
    }


def command(step: str, **more: Any) -> Event:
    return {
        "event": "command",
        "step": step,
        "role": "apply",
        "attempt": 1,
        "pain": "",
        "shown": "docker compose up -d",
        "script": "docker compose up -d",
        "as_root": False,
        "exit_code": 0,
        "cut": None,
        "seconds": 2.0,
        "log": "logs/0001-up-apply.log",
        "excerpt": "",
        **more,
    }


def end(status: str) -> Event:
    return {"event": "end", "status": status, "total_s": 41.2, "on_host_s": 38.0}


def through_json(events: list[Event]) -> list[Event]:
    read: list[Event] = json.loads(json.dumps(events))
    return read


def test_a_whole_run() -> None:
    run = replay.host_run(
        through_json(
            [
                HOST,
                {"event": "connected", "seconds": 0.2},
                started("survey"),
                command("survey"),
                finished("survey", "satisfied"),
                {"event": "platform", "id": "debian", "title": "Debian", "note": "through ID_LIKE"},
                PLAN,
                started("install-engine"),
                finished("install-engine", "changed", note="28.5.2"),
                started("up"),
                command("up", exit_code=1, pain="p"),
                command("up", attempt=2),
                finished("up", "changed", attempts=2),
                started("verify"),
                finished("verify", "satisfied"),
                {"event": "versions", "engine": "28.5.2", "compose": None, "buildx": "0.29.1"},
                {"event": "versions", "engine": None, "compose": "2.40.0"},
                {"event": "counter", "value": 1},
                {"event": "counter", "value": 2},
                {"event": "answer", "url": "http://10.99.0.2:8000/", "way": "direct"},
                {"event": "answer", "url": "http://127.0.0.1:8000/", "way": "through SSH"},
                {"event": "leftovers", "items": []},
                {"event": "note", "text": "image pulled"},
                {"event": "fault", "text": "pains/x.py", "details": "KeyError: 'a'"},
                {"event": "from-the-future", "x": 1},
                end("passed"),
            ]
        )
    )
    assert (run.name, run.address, run.user, run.image) == (
        "debian-12",
        "10.99.0.2",
        "newcomer",
        "debian-12",
    )
    assert (run.status, run.platform, run.method, run.stack) == (
        "passed",
        "Debian",
        "repository",
        "hello-world",
    )
    assert [step.id for step in run.steps] == ["survey", "install-engine", "up", "verify"]
    up = run.steps[2]
    assert (up.status, up.attempts, up.documented) == ("changed", 2, ("docker compose up -d",))
    assert [made.exit_code for made in up.commands] == [1, 0]
    assert up.commands[0].pain == "p"
    assert run.steps[1].note == "28.5.2"
    assert run.versions == {"engine": "28.5.2", "compose": "2.40.0", "buildx": "0.29.1"}
    assert run.counter == (1, 2)
    assert run.answers == ("http://10.99.0.2:8000/", "http://127.0.0.1:8000/ (through SSH)")
    assert run.leftovers == ()
    assert run.notes == ("through ID_LIKE", "image pulled")
    assert run.faults == ("pains/x.py · KeyError: 'a'",)
    assert (run.total_s, run.on_host_s) == (41.2, 38.0)


def test_without_an_end_the_host_is_interrupted_and_the_open_step_failed() -> None:
    run = replay.host_run(
        [
            {"t": "2026-11-23T06:25:11.000Z", **HOST},
            PLAN,
            started("install-engine"),
            {"t": "2026-11-23T06:25:21.500Z", **command("install-engine", seconds=4.0)},
        ]
    )
    assert run.status == "interrupted"
    assert [step.status for step in run.steps] == ["failed", "skipped", "skipped"]
    assert (run.total_s, run.on_host_s) == (10.5, 4.0)
    assert run.leftovers is None


def test_steps_after_a_failure_are_skipped_and_of_a_check_planned() -> None:
    failed = replay.host_run(
        [HOST, PLAN, started("install-engine"), finished("install-engine", "failed"), end("failed")]
    )
    assert [step.status for step in failed.steps] == ["failed", "skipped", "skipped"]
    planned = replay.host_run([HOST, PLAN, end("planned")])
    assert [step.status for step in planned.steps] == ["planned"] * 3


def test_a_host_never_reached_has_no_steps_but_a_name() -> None:
    run = replay.host_run([HOST, end("unreachable")])
    assert (run.name, run.status, run.steps, run.facts) == ("debian-12", "unreachable", (), None)
    assert replay.host_run([]).status == "interrupted"


def test_a_new_plan_keeps_what_began_and_drops_what_is_no_longer_planned() -> None:
    again = {
        "event": "plan",
        "method": "distribution",
        "steps": [
            {"id": "install-engine", "title": "Install docker.io", "documented": ["apt install …"]},
            {"id": "down", "title": "Take it down", "documented": []},
        ],
    }
    run = replay.host_run(
        [
            HOST,
            started("connect"),
            PLAN,
            started("install-engine"),
            again,
            finished("install-engine", "changed"),
            end("failed"),
        ]
    )
    assert [step.id for step in run.steps] == ["connect", "install-engine", "down"]
    assert run.steps[1].title == "Install docker.io"
    assert run.method == "distribution"


def test_a_later_finding_replaces_the_earlier_of_the_same_step() -> None:
    first = Finding("daemon-not-running", "up", "encountered", Evidence("docker ps", 1, "Cannot"))
    cured = msgspec.structs.replace(
        first,
        outcome="remedied",
        seconds_lost=3.0,
        rivals=("no-systemd",),
        remedy_commands=("sudo service docker start",),
    )
    other = msgspec.structs.replace(first, step="build")
    run = replay.host_run(
        through_json(
            [
                {"event": "finding", **event_lines.fields(finding)}
                for finding in (first, other, cured)
            ]
        )
    )
    assert run.findings == (cured, other)


def test_what_is_unexplained_survives() -> None:
    unexplained = Unexplained("up", Evidence("docker compose up", 17, "boom", "logs/x.log"))
    run = replay.host_run(
        through_json([{"event": "unexplained", **event_lines.fields(unexplained)}])
    )
    assert run.unexplained == (unexplained,)


def test_facts_come_back_as_they_went() -> None:
    facts = Facts(
        os_id="debian",
        os_like=(),
        os_codename=None,
        wsl=False,
        cgroup=2,
        disk_free_bytes={"/": 10},
        groups=("newcomer", "docker"),
        commands=frozenset({"curl", "apt"}),
        listeners=(Listener(22, "0.0.0.0", "sshd"), Listener(80, "::")),
        clock_offset_s=0.25,
    )
    raw = json.loads(json.dumps(event_lines.fields(facts)))
    assert event_lines.facts(raw) == facts
    assert event_lines.facts(raw).listeners[1].process is UNKNOWN  # type: ignore[index]
    assert raw["memory_bytes"] == {"unknown": True}


def test_facts_of_another_version_are_read_as_far_as_they_are_known() -> None:
    assert event_lines.facts({"os_id": "debian", "colour": "blue"}) == Facts(os_id="debian")


def test_how_long_a_run_took_is_read_from_its_summary() -> None:
    told = {"started": "2026-11-23T15:43:07.886Z", "finished": "2026-11-23T15:46:00.240Z"}
    assert round(took_s(told), 3) == 172.354
    assert took_s({**told, "finished": None}) == 0.0
    assert round(took_s({**told, "started": "2026-11-23T15:43:07.886"}), 3) == 172.354  # no zone


def test_a_stamp_without_a_zone_ends_nothing() -> None:
    began, ended = {**HOST, "t": "2026-11-23T15:43:07"}, {"event": "note", "text": "x", "t": "x"}
    assert replay.host_run([began, ended]).total_s == 0.0
    assert replay.host_run([began, {**ended, "t": "2026-11-23T15:43:09Z"}]).total_s == 2.0


@pytest.mark.parametrize(
    ("ended", "share"),
    [
        ({"uptime_s": 200.0, "cpu_waited_s": 60.0}, 0.5),
        ({"uptime_s": 200.0, "cpu_waited_s": 500.0}, 1.0),
        ({"uptime_s": 50.0, "cpu_waited_s": 60.0}, None),  # it was booted anew
        ({"uptime_s": 200.0, "cpu_waited_s": None}, None),
        ({}, None),
    ],
)
def test_how_busy_the_host_was(ended: dict[str, Any], share: float | None) -> None:
    surveyed = {"event": "facts", "uptime_s": 100.0, "cpu_waited_s": 10.0}
    assert replay.host_run([surveyed, {"event": "cpu", **ended}]).cpu_waited == share
    assert replay.host_run([{"event": "cpu", **ended}]).cpu_waited is None


def test_a_host_whose_name_a_full_disk_did_not_take_has_that_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "hosts" / "web1"
    folder.mkdir(parents=True)
    (folder / "events.jsonl").touch()
    assert [(run.name, run.status) for run in host_runs(tmp_path)] == [("web1", "interrupted")]
    told = {"hosts": [{"name": name, "path": f"hosts/{name}"} for name in ("web1", "web2")]}
    (tmp_path / "run.json").write_text(json.dumps(told))
    assert unseen(tmp_path) == ["web2"]
