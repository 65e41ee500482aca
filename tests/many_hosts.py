"""Hosts by the thousand, made of what two real ones recorded: several systems, ends and causes.

Run as a program it measures what a run's own reports take, in a process that does nothing else:

    PYTHONPATH=harness:tests:tests/browser:tests/unit python tests/many_hosts.py 5000 /tmp/run
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

import recorded_runs
from onramp.evidence import replay
from onramp.model.run import HostRun, RunReport
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.brief import brief
from onramp.reports.build import build, failures_last, host_report

Event = dict[str, Any]
SYSTEMS: Final = (
    *(("debian", "13"), ("debian", "12"), ("ubuntu", "24.04"), ("ubuntu", "22.04")),
    *(("fedora", "42"), ("rocky", "9.6"), ("opensuse-leap", "15.6"), ("arch", "")),
)
STOPPED: Final[dict[int, tuple[str, str]]] = {  # of a hundred hosts, by number: where, by what
    0: ("connect", "ssh-connection-refused-timeout"),
    11: ("connect", "ssh-connection-refused-timeout"),
    22: ("connect", "ssh-permission-denied-publickey"),
    33: ("install-engine", "apt-lock-held"),
    44: ("install-engine", "apt-dns-or-no-route"),
    55: ("install-engine", "disk-full-install"),
    66: ("up", "port-already-allocated"),
    77: ("build", ""),  # nothing explains it
}
HINDERED: Final = ("no-systemd", "ufw-firewalld-published-port", "locale-warnings",
                   "redis-overcommit-warning", "slow-first-start", "apt-lock-held")  # fmt: skip


def name(number: int) -> str:
    return f"web{number:04}.example.org"


def host_runs(count: int) -> Iterator[HostRun]:
    """The hosts one after the other, each from events of its own."""
    for number in range(count):
        # as read from a file, where hosts share nothing
        yield replay.host_run(json.loads(json.dumps([*events(number)])))


def named(words: str) -> HostRun:
    """A host that says these words in many places."""
    changed = {
        "host": {"name": words, "address": words},
        "facts": {"os_id": words, "os_pretty": words},
        "step": {"id": words, "title": words},
        "finding": {"pain": words, "step": words},
        "end": {"status": "failed"},
    }
    return replay.host_run({**one, **changed.get(one["event"], {})} for one in events(1))


def run_report(count: int, *more: HostRun) -> RunReport:
    return build(
        [*host_runs(count), *more],
        id="20261123T134023Z",
        command="invoke evaluate --hosts=all",
        started="2026-11-23T13:40:23.398Z",
        seconds=1452.0,
        catalogue=catalogue(),
    )


def events(number: int) -> Iterator[Event]:
    """What the host of this number recorded."""
    recorded = _recorded("debian-13" if number % 3 else "debian-12-sysv")
    place, pain = STOPPED.get(number % 100, ("", ""))
    id, version = SYSTEMS[(number * number + number // 7) % len(SYSTEMS)]
    system = {"os_id": id, "os_version": version, "os_codename": None, "os_pretty": id}
    changes: dict[str, Event] = {
        "host": {"name": name(number), "image": None, "provider": "ssh"},
        "facts": system,
        "end": {"total_s": 60.0 + number * 37 % 190},
    }
    for event in recorded:
        if event["event"] == "end":
            yield from _hindrances(number)
        yield {**event, **changes.get(event["event"], {})}
        if event["event"] == "step" and event["id"] == place and event["state"] == "started":
            yield from _stop(place, pain)
            return


def _hindrances(number: int) -> Iterator[Event]:
    for place in range(number % 4):
        pain = HINDERED[(number // 4 * 7 + place * 5) % len(HINDERED)]
        yield _finding(pain, "install-engine", "remedied", number % 50 / 2)


def _stop(place: str, pain: str) -> Iterator[Event]:
    if pain:
        yield _finding(pain, place, "needs-human", 0.0)
    else:
        seen = {"command": "docker compose build", "exit_code": 17, "excerpt": "boom", "log": ""}
        yield {"event": "unexplained", "step": place, "evidence": seen}
    yield {"event": "step", "id": place, "state": "finished", "status": "failed", "seconds": 9.5}
    status = "unreachable" if place == "connect" else "failed"
    yield {"event": "end", "status": status, "total_s": 12.0, "on_host_s": 9.0}


def _finding(pain: str, step: str, outcome: str, seconds: float) -> Event:
    met = next(one for one in _recorded("debian-13") if one["event"] == "finding")
    return {**met, "pain": pain, "step": step, "outcome": outcome, "seconds_lost": seconds}


@cache
def _recorded(of: str) -> list[Event]:
    return recorded_runs.recording(of)[0]


def brief_report(count: int) -> RunReport:
    """The same as evaluate and report have it: of each host what the run's own reports need."""
    empty = run_report(0)
    briefs = (brief(host_report(run, catalogue())) for run in host_runs(count))
    return replace(empty, reports=failures_last(briefs), exit_code=4)


def measured(count: int, folder: Path) -> dict[str, Any]:
    """Seconds and megabytes that a run's reports of so many hosts take, and how large they are."""
    formats.load()
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    report = brief_report(count)
    made = time.process_time()
    held = _most_megabytes()
    faults = formats.write_run(report, folder, catalogue())
    return {
        "hosts": count,
        "build_s": round(made - began, 2),
        "write_s": round(time.process_time() - made, 2),
        "built_mb": held,
        "most_mb": _most_megabytes(),
        "bytes": {path.name: path.stat().st_size for path in sorted(folder.glob("*.*"))},
        "faults": faults,
    }


def _most_megabytes() -> int:
    """The most memory this process ever held, by the kernel's count."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), Path(sys.argv[2]))))
