"""Ctrl-C on a run: every host's thread is given the time to end what it began, and no more."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onramp.errors import HarnessError
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.stored_events import read_events
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline import pool
from onramp.pipeline.host_session import HostSession, host_sessions
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers import Progress


class Winding:
    """Hosts whose threads need `winding_up_s` to end what runs there, once told to."""

    def __init__(self, winding_up_s: float) -> None:
        self.winding_up_s = winding_up_s
        self.cancel = threading.Event()
        self.ended: list[str] = []

    def acquire(self, host: Host, progress: Progress) -> Host:
        assert self.cancel.wait(30)
        time.sleep(self.winding_up_s)
        self.ended.append(host.name)
        return host

    def release(self, host: Host) -> None: ...


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Whoever starts the tests in the background has Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(
    folder: Path, names: str, hosts: Winding, *after_s: float
) -> tuple[type[BaseException], list[HostEvidence]]:
    """How a run of these hosts ends that is interrupted after so many seconds each."""
    options = RunOptions(
        "provision",
        Stack("empty", str(folder), {}),
        tuple(Host(name, "", provider="lab") for name in names.split()),
        folder,
        forks=len(names.split()),
    )
    run = RunSession(options, {}, {"lab": hosts}, cancel=hosts.cancel)
    sessions = host_sessions(run, options.run_directory())
    timers = [threading.Timer(s, os.kill, (os.getpid(), signal.SIGINT)) for s in after_s]
    for timer in timers:
        timer.start()
    with pytest.raises(KeyboardInterrupt) as stop:
        pool.run_all(run, sessions)
    for timer in timers:
        timer.cancel()
    return stop.type, [session.evidence for session in sessions]


@pytest.mark.parametrize("names", ["one", "one another"])
def test_hosts_end_what_they_began(tmp_path: Path, names: str) -> None:
    hosts = Winding(0.6)
    _, evidence = interrupted(tmp_path, names, hosts, 0.2)
    assert sorted(hosts.ended) == sorted(names.split())
    for host in evidence:
        end = read_events(host.path / "events.jsonl")[-1]
        assert (end["event"], end["status"]) == ("end", "interrupted")
        assert "total_s" in end  # its own thread came so far


def test_a_second_one_waits_for_nobody(tmp_path: Path) -> None:
    hosts = Winding(4.0)
    began = time.monotonic()
    stop, [host] = interrupted(tmp_path, "one", hosts, 0.2, 0.6)
    assert time.monotonic() - began < 2
    assert stop is pool.AtOnce
    assert hosts.ended == []
    assert host.status == "interrupted"


class Waited:
    """Hosts that are waited for, beside those at work."""

    run: RunSession

    def acquire(self, host: Host, progress: Progress) -> Host:
        with self.run.aside():
            time.sleep(0.05)
        raise HarnessError("nobody there")

    def release(self, host: Host) -> None: ...


def few_threads(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """As where a container's pids.max, or ulimit -u, is reached."""
    start, left = threading.Thread.start, iter(range(most))

    def limited(thread: threading.Thread) -> None:
        if next(left, None) is None:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)


def waited_for(folder: Path) -> tuple[RunSession, list[HostSession]]:
    hosts = tuple(Host(f"h{number}", "", provider="lab") for number in range(6))
    options = RunOptions("provision", Stack("empty", str(folder), {}), hosts, folder, forks=3)
    provider = Waited()
    provider.run = RunSession(options, {}, {"lab": provider})
    return provider.run, host_sessions(provider.run, options.run_directory())


def test_where_no_further_thread_is_to_be_had_those_there_are_do_all_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, hosts = waited_for(tmp_path)
    few_threads(monkeypatch, 2)
    pool.run_all(run, hosts)
    for host in hosts:
        faults = [one["text"] for one in host.evidence.events() if one["event"] == "fault"]
        assert faults == ["nobody there"]


def test_where_no_thread_is_to_be_had_at_all_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, hosts = waited_for(tmp_path)
    few_threads(monkeypatch, 0)
    with pytest.raises(HarnessError, match="no host can be worked on: can't start new thread"):
        pool.run_all(run, hosts)
