"""Drives ./invoke as a user does: a process of its own, with files, signals and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from onramp.evidence.stored_events import read_events
from onramp.providers.lab import network
from onramp.providers.lab.lab_host import LabHost, root_shell
from places import ROOT

STEP_STATES = {"satisfied", "changed", "failed", "skipped", "planned"}
HOST_STATES = {"passed", "failed", "unreachable", "interrupted", "planned"}
# A stack that comes up and goes down in seconds: one page, no build, ends at the first signal.
SHORT = {
    "docker-compose.yml": """\
services:
  web:
    image: python:3.12-alpine
    command: python3 -m http.server 8000
    stop_signal: SIGINT
    ports: ["8000:8000"]
""",
    "stack.yml": "services: [web]\nhttp: [{port: 8000, contains: Directory}]\n",
}


@dataclass(frozen=True)
class Ended:
    """A run that is over."""

    code: int
    out: str
    err: str
    runs: Path
    seconds: float

    @property
    def folder(self) -> Path:
        return (self.runs / "latest").resolve()

    def report(self, host: str) -> dict[str, Any]:
        """One host's report.json, checked against the contract."""
        report: dict[str, Any] = json.loads(
            (self.folder / "hosts" / host / "report.json").read_text()
        )
        check(report)
        return report

    def events(self, host: str) -> list[dict[str, Any]]:
        return read_events(self.folder / "hosts" / host / "events.jsonl")

    @property
    def said(self) -> str:
        return f"exit code {self.code}\n{self.out}\n{self.err}"


class Started:
    """`./invoke …` at work, leader of its process group as in a shell with job control.

    `within`: the words of a program that becomes it, such as `env NAME=value`.
    """

    def __init__(
        self, *arguments: str, folder: Path, cwd: Path | None = None, within: Sequence[str] = ()
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.runs = folder / "runs"
        self._files = [folder / f"{len(list(folder.iterdir()))}.{name}" for name in ("out", "err")]
        # whoever starts the tests in the background has Ctrl-C ignored, by all they start as well
        words = ["env", "--default-signal=INT", *within, str(ROOT / "invoke"), *arguments]
        if not any(word.startswith("--runs=") for word in arguments):
            words.append(f"--runs={self.runs}")
        with self._files[0].open("wb") as out, self._files[1].open("wb") as err:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd or folder,
                start_new_session=True,
            )  # fmt: skip
        self.began = time.monotonic()

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """What a terminal does on Ctrl-C: a signal to the whole process group."""
        os.killpg(self.process.pid, number)

    def end(self, within_s: float = 300) -> Ended:
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        out, err = (file.read_text(errors="replace") for file in self._files)
        seconds = time.monotonic() - self.began
        return Ended(self.process.returncode, out, err, self.runs, seconds)

    def events(self, host: str) -> list[dict[str, Any]]:
        try:
            return read_events(self.runs / "latest/hosts" / host / "events.jsonl")
        except OSError:
            return []

    def ended_hosts(self) -> int:
        """How many hosts have come to their end."""
        events = (self.runs / "latest/hosts").glob("*/events.jsonl")
        return sum(b'"event": "end"' in path.read_bytes() for path in events)

    def await_step(self, host: str, step: str, within_s: float = 240) -> None:
        """Until a step of the host has begun."""
        self.until(
            lambda: any(e["event"] == "step" and e["id"] == step for e in self.events(host)),
            within_s,
        )

    def until(self, reached: Callable[[], bool], within_s: float = 240) -> None:
        deadline = time.monotonic() + within_s
        while not reached():
            said = [file.read_text(errors="replace") for file in self._files]
            assert self.process.poll() is None, f"it ended early: {said}"
            assert time.monotonic() < deadline, f"it never came so far: {said}"
            time.sleep(0.05)


def invoke(*arguments: str, folder: Path, within_s: float = 300) -> Ended:
    """Run ./invoke to its end."""
    return Started(*arguments, folder=folder).end(within_s)


def inventory(folder: Path, hosts: Mapping[str, Mapping[str, Any]], **variables: Any) -> str:
    """An inventory file of these hosts, as a flag. (JSON is YAML.)"""
    file = folder / "inventory.yml"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"all": {"vars": variables, "hosts": hosts}}))
    return f"--inventory={file}"


def named(name: str) -> str:
    """A lab host's name in this session alone: several may test on one machine at once."""
    return f"{name}-{os.getpid()}"


def lab(image: str = "debian-12", **variables: Any) -> dict[str, Any]:
    """A lab host's variables."""
    return {"onramp_provider": "lab", "onramp_image": image, **variables}


def stack(folder: Path, files: Mapping[str, str] = SHORT, name: str = "short") -> str:
    """A stack's directory, as a flag."""
    directory = folder / name
    directory.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (directory / file).write_text(text)
    return f"--stack={directory}"


def number_of(host: LabHost) -> int:
    """Which of the lab's addresses it has; its network devices are named after that."""
    first = network.address_of(0)
    return int(ip_address(host.address)) - int(ip_address(first))


def on(host: LabHost, script: str, timeout_s: float = 120) -> str:
    """What a script prints that is run as root in the host; it has to succeed."""
    code, out, err = root_shell(host, script, timeout_s=timeout_s)
    assert code == 0, f"{script}\n{out}\n{err}"
    return out


def check(report: Mapping[str, Any]) -> None:
    """Holds a report.json against the contract, schema 1: every key there, nothing else in it."""
    keys(report, "schema host status versions steps pain_points unexplained requirements ratings "
         "timings")  # fmt: skip
    assert report["schema"] == 1
    assert report["status"] in HOST_STATES
    keys(report["host"], "name address os arch init")
    keys(report["host"]["os"], "id version pretty_name")
    keys(report["versions"], "engine compose buildx")
    keys(report["ratings"], "set_up task shut_down documentation")
    keys(report["timings"], "total_s on_host_s harness_s")
    for rating in report["ratings"].values():
        keys(rating, "measured reviewer because")
    for step in report["steps"]:
        keys(step, "id title documented status seconds attempts commands")
        assert step["status"] in STEP_STATES
    for pain in report["pain_points"]:
        keys(pain, "id phase title severity how outcome seconds_lost extra_commands remedy "
             "evidence references")  # fmt: skip
        keys(pain["remedy"], "commands kind")
        keys(pain["evidence"], "command exit_code excerpt log")
    for failure in report["unexplained"]:
        keys(failure, "step command exit_code excerpt log")
    for need in report["requirements"]:
        keys(need, "id title why status because seconds evidence")
        assert need["status"] in {"met", "missing", "untestable"}


def keys(mapping: Mapping[str, Any], names: str) -> None:
    assert set(mapping) == set(names.split())


def steps(report: Mapping[str, Any]) -> dict[str, str]:
    """What became of each step."""
    return {step["id"]: step["status"] for step in report["steps"]}


def pains(report: Mapping[str, Any]) -> dict[str, str]:
    """What became of each pain point."""
    return {pain["id"]: pain["outcome"] for pain in report["pain_points"]}
