"""Where the minutes went: every second once, and none that nobody can account for."""

from __future__ import annotations

import json

import pytest

import example_runs as examples
from onramp.evidence.replay import host_run
from onramp.model.run import CommandRun, HostRun
from onramp.reports.time_spent import PLACES, of_command, spent, starts
from places import RATED


def ran(shown: str, seconds: float, script: str | None = None) -> CommandRun:
    script = shown if script is None else script
    return CommandRun("build", "apply", shown, script, False, 0, seconds, "logs/1.log")


def nothing(_: CommandRun) -> str:
    return ""


RECORDED = [
    *examples.all_kinds(),
    *(
        host_run(json.loads(line) for line in path.read_text("utf-8").splitlines())
        for path in sorted(RATED.glob("*.jsonl"))
    ),
]


@pytest.mark.parametrize("run", RECORDED, ids=[run.name for run in RECORDED])
def test_the_parts_are_the_whole(run: HostRun) -> None:
    parts = spent(run, nothing)
    assert tuple(parts) == PLACES
    assert min(parts.values()) >= 0
    claimed = sum(parts.values()) - parts["onramp"]
    assert sum(parts.values()) == pytest.approx(max(run.total_s, claimed), abs=0.01)


@pytest.mark.parametrize(
    ("printed", "network"),
    [
        ("Get:1 http://mirror.example x\nFetched 139 MB in 7s (20 MB/s)\nUnpacking", 7),
        ("Fetched 1,939 MB in 1min 12s (20 MB/s)", 72),
        ("Fetched 6,661 B in 0s (0 B/s)", 0),
        ("Total                          12 MB/s | 103 MB     00:08\n", 8),
        (" Total 100% |   3.4 MiB/s | 104.0 MiB |  00m31s\n", 31),
        (
            "#1 [internal] load metadata for docker.io/library/python:3\n#1 DONE 1.5s\n"
            "#6 [1/5] FROM docker.io/library/python:3\n"
            "#6 sha256:ab 53.26MB / 53.26MB 4.0s done\n#6 sha256:cd 578B / 578B 0.3s done\n"
            "#6 extracting sha256:ab 4.6s done\n#6 DONE 9.0s\n#9 DONE 3.2s\n",
            5.5,
        ),
        ("E: Failed to fetch http://mirror.example/x\nFetched nothing in particular", 0),
    ],
)
def test_a_download_counts_as_long_as_the_tool_says_it_took(printed: str, network: float) -> None:
    parts = of_command(ran("sudo apt-get install -y docker-ce", 90.0), printed)
    assert parts == {"network": network, "host": 90.0 - network}


def test_no_download_takes_longer_than_its_command() -> None:
    parts = of_command(ran("sudo apt-get update", 2.5), "Fetched 1 MB in 3s (1 MB/s)")
    assert parts == {"network": 2.5, "host": 0.0}


@pytest.mark.parametrize(
    ("command", "killed", "parts"),
    [
        (ran("sudo curl -fsSL https://mirror.example/gpg -o x", 2), False, {"network": 2}),
        (ran("curl http://localhost:8000/", 2), False, {"network": 0, "host": 2}),
        (ran("log out and in again", 3, ""), False, {"login": 3}),
        (ran("sudo systemctl reboot", 20, "systemctl reboot"), False, {"boot": 20}),
        (ran("wait until docker answers", 4), False, {"waiting": 4}),
        (ran("docker compose stop", 10.6), True, {"waiting": 10, "host": pytest.approx(0.6)}),
        (ran("docker compose stop", 10.6), False, {"network": 0, "host": 10.6}),
        (ran("docker compose down -v -t 1", 1.7), True, {"network": 0, "host": 1.7}),
    ],
)
def test_by_what_it_was(command: CommandRun, killed: bool, parts: dict[str, float]) -> None:
    assert of_command(command, "", killed=killed) == parts


def at(second: int) -> str:
    return f"2026-11-23T06:25:{second:02}.000Z"


def test_a_pause_before_another_attempt_is_waiting_and_what_is_left_is_onramps() -> None:
    events = [
        examples.host("h", t=at(0)),
        {"event": "step", "id": "install-engine", "state": "started", "t": at(5)},
        examples.command("install-engine", "apt-get update", seconds=4, t=at(10), exit_code=100),
        examples.command("install-engine", "apt-get update", seconds=4, t=at(24), attempt=2),
        {"event": "end", "status": "passed", "total_s": 30, "on_host_s": 8, "t": at(30)},
    ]
    parts = spent(host_run(events), nothing)
    assert parts == {
        "boot": 5, "login": 0, "host": 8, "network": 0, "waiting": 10, "needs": 0, "onramp": 7,
    }  # fmt: skip
    needs = [{"event": "requirement", "id": name, "seconds": 3.0, "t": at(28)} for name in "ab"]
    parts = spent(host_run([*events[:-1], *needs, events[-1]]), nothing)
    assert (parts["needs"], parts["onramp"]) == (6, 1)


def test_steps_without_times_stand_one_after_the_other() -> None:
    lines = (RATED / "clean-debian-12.jsonl").read_text("utf-8").splitlines()
    run = host_run(json.loads(line) for line in lines)
    placed = [*starts(run).values()]
    assert placed == sorted(placed)
    assert placed[-1] > 10
