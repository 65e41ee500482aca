"""Runs on disk, made of what real hosts recorded, with every report of them written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from onramp.evidence.replay import host_run
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.build import build
from onramp.text.file_names import file_name
from places import RATED

HERE = Path(__file__).parent
Event = dict[str, Any]


def recording(name: str) -> tuple[list[Event], dict[str, str]]:
    """The events and logs of a recorded lab host."""
    whole = json.loads((HERE / "recorded" / f"{name}.json").read_text("utf-8"))
    return whole["events"], whole["logs"]


def rated(name: str) -> HostRun:
    """A recorded host of which only the events are kept."""
    lines = (RATED / f"{name}.jsonl").read_text("utf-8").splitlines()
    return host_run(json.loads(line) for line in lines)


def write_host(folder: Path, name: str, events: Iterable[Event], logs: Mapping[str, str]) -> None:
    """A host's events and logs where a run has them."""
    place = folder / "hosts" / file_name(name)
    (place / "logs").mkdir(parents=True)
    events = list(events)
    for event in (event for event in events if event["event"] == "facts"):
        (place / "facts.json").write_text(json.dumps(event), "utf-8")
    lines = (json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    (place / "events.jsonl").write_text("".join(lines), "utf-8", "replace")
    for log, text in logs.items():
        (place / log).write_bytes(text.encode("utf-8", "surrogateescape"))


def write_reports(folder: Path, runs: Iterable[HostRun]) -> Path:
    """Every report of the run, as `report` writes them; returns the run's page."""
    result = build(
        list(runs),
        id=folder.name,
        command="invoke evaluate --hosts=all",
        started="2026-11-23T13:40:23.398Z",
        seconds=145.1,
        catalogue=catalogue(),
        notes=("one host was asked for twice",),
    )
    assert formats.write_all(result, folder, catalogue()) == ()
    for entry in result.reports:  # of hosts that were only rendered
        (formats.host_folder(folder, entry.run.name) / "events.jsonl").touch()
    return folder / "index.html"


def six_hosts(folder: Path, *others: HostRun) -> Path:
    """Two with all their logs, three of which two had pain points reproduced, and `others`."""
    runs = []
    for name in ("debian-13", "debian-12-sysv"):
        events, logs = recording(name)
        write_host(folder, name, events, logs)
        runs.append(host_run(events))
    runs += [rated(name) for name in ("clean-debian-12", "daemon-stopped", "volume-in-use")]
    return write_reports(folder, [*runs, *others])
