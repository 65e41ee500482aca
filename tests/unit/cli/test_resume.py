"""--resume: a controller that was killed costs no finished host, and what was seen is kept."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onramp.evidence.stored_events import read_events
from places import ROOT

HOSTS = ("gone", "mute")


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "harness")}
    words = [sys.executable, "-m", "invoke", *arguments, f"--runs={folder / 'runs'}"]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe)


def said(folder: Path, *arguments: str) -> tuple[int, str]:
    process = started(folder, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def broken_off(folder: Path, port: int, *flags: str) -> Path:
    """A run killed when the one host had ended and the other not."""
    folder.mkdir(exist_ok=True)
    inventory = folder / "inventory.yml"
    hosts: dict[str, dict[str, Any]] = {
        "gone": {"ansible_host": "nobody.invalid"},
        "mute": {"ansible_host": "127.0.0.1", "ansible_port": port},
    }
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    process = started(
        folder, "doctor", f"--inventory={inventory}", "--set=timeouts.wait=1", "--quiet", *flags
    )
    run = folder / "runs/latest"
    deadline = time.monotonic() + 30
    while not (names(run, "gone")[-1:] == ["end"] and "step" in names(run, "mute")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return run.resolve()


def names(run: Path, host: str) -> list[str]:
    file = run / "hosts" / host / "events.jsonl"
    return [event["event"] for event in read_events(file)] if file.exists() else []


def test_it_goes_on_with_those_that_have_no_end(mute: socket.socket, tmp_path: Path) -> None:
    run = broken_off(tmp_path, mute.getsockname()[1])
    before = {host: (run / "hosts" / host / "events.jsonl").read_bytes() for host in HOSTS}
    code, told = said(tmp_path, "doctor", "--resume", "--list-hosts")
    assert (code, told) == (0, "mute\n")
    assert (run / "hosts/mute/events.jsonl").read_bytes() == before["mute"]
    with (run / "hosts/mute/events.jsonl").open("ab") as file:
        file.write(b'{"t": "2026-11-29T')  # a line that was cut short
    mute.close()
    code, told = said(tmp_path, "doctor", "--resume")
    assert code == 4, told
    assert (tmp_path / "runs/latest").resolve() == run
    assert (run / "hosts/gone/events.jsonl").read_bytes() == before["gone"]
    again = (run / "hosts/mute/events.jsonl").read_bytes()
    assert again.startswith(before["mute"])
    assert names(run, "mute").count("end") == 1
    notes = [e["text"] for e in read_events(run / "hosts/mute/events.jsonl")
             if e["event"] == "note"]  # fmt: skip
    assert "the run broke off here; with --resume this host begins anew" in notes
    for host in HOSTS:
        assert (run / "hosts" / host / "report.html").exists()
        assert host in told
    told_of = json.loads((run / "run.json").read_text())
    assert [host["status"] for host in told_of["hosts"]] == ["unreachable"] * 2
    assert told_of["exit_code"] == 4

    code, told = said(tmp_path, "doctor", f"--resume={run.name}")
    assert (code, "have come to their end" in told) == (1, True), told


def test_what_cannot_be_gone_on_with_is_one_line(mute: socket.socket, tmp_path: Path) -> None:
    run = broken_off(tmp_path, mute.getsockname()[1], "--hosts=all")
    for words, expected in (
        (("evaluate", "--resume"), f"run {run.name} is no evaluate: it was doctor"),
        (("doctor", "--resume=2001"), "--resume=2001: no such run in "),
        (("doctor", "--resume", "--hosts=gone"), f"mute of run {run.name} is not among the hosts"),
    ):
        code, told = said(tmp_path, *words)
        assert (code, told.count("\n")) == (1, 1), told
        assert expected in told
    told_of = json.loads((run / "run.json").read_text())
    for arguments, expected in (
        (["doctor", "--set=a.password=********"], "keeps no secrets · give --set again"),
        (None, "it does not say what was asked for"),
    ):
        (run / "run.json").write_text(json.dumps({**told_of, "arguments": arguments or []}))
        code, told = said(tmp_path, "doctor", "--resume")
        assert (code, expected in told) == (1, True), told


def test_a_run_that_goes_on_is_not_gone_on_with(mute: socket.socket, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    port = mute.getsockname()[1]
    hosts = {"mute": {"ansible_host": "127.0.0.1", "ansible_port": port}}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    process = started(tmp_path, "doctor", f"--inventory={inventory}", "--quiet")
    run = tmp_path / "runs/latest"
    deadline = time.monotonic() + 30
    while "step" not in names(run, "mute"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    code, told = said(tmp_path, "doctor", "--resume")
    process.kill()
    process.communicate()
    assert code == 1
    assert "is still going on in another process" in told
