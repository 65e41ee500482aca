"""Real workers on this machine, and hosts that refuse a login, or say nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from distributed import Client

from mute import Mute
from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.stored_events import read_events
from onramp.fleet import cluster, dask_engine, dask_parts, kit, worker
from onramp.fleet.authority import Authority
from onramp.fleet.likeness import likeness, likeness_line
from onramp.fleet.worker_process import Place
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pains import catalogue
from onramp.pipeline import pool
from onramp.pipeline.host_session import HostSession, host_sessions
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers.static import StaticProvider
from places import ROOT

SECRET = "pl4nted-secret"


@pytest.fixture
def mute() -> Iterator[Mute]:
    made = Mute()
    yield made
    made.close()


@pytest.fixture
def closed() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def host(number: int, port: int, folder: Path) -> Host:
    key = folder / "key"
    if not key.exists():
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]
        subprocess.run(words, check=True)
    made = Host(
        f"h{number}", "127.0.0.1", port, "u", password=SECRET, private_key=str(key),
        known_hosts=str(folder / "known"),
    )  # fmt: skip
    return configured(made, {"timeouts": {"connect": 5, "login": 60, "wait": 1}}, where="")


class Fleet:
    """A run of these hosts on two workers."""

    def __init__(self, folder: Path, hosts: Sequence[Host]) -> None:
        self.options = RunOptions("doctor", Stack("empty", "", {}), tuple(hosts), folder, forks=4)
        self.run = RunSession(self.options, catalogue(), {"static": StaticProvider()})
        self.directory = self.options.run_directory()
        self.sessions = host_sessions(self.run, self.directory)

    def perform(self, resources: ExitStack) -> None:
        packed = kit.packed(self.options, secrets=True)
        places = [Place("one", None), Place("two", None)]
        up = resources.enter_context(cluster.own(packed, places))
        dask_engine.run_all(up, self.run, self.sessions)

    def evidence(self) -> list[HostEvidence]:
        return [session.evidence for session in self.sessions]


def gist(session: HostSession) -> list[tuple[object, ...]]:
    """What events say, but for what differs between two runs of one host."""
    events = read_events(session.evidence.path / "events.jsonl")
    names = ("event", "id", "state", "status", "log", "pain", "shown", "text", "excerpt")
    return [tuple(event.get(name) for name in names) for event in events]


def workers_of(parent: int) -> list[int]:
    """The worker processes that a process has started."""
    words = ["pgrep", "-P", str(parent), "-f", "onramp.fleet.worker"]
    return [int(pid) for pid in subprocess.run(words, capture_output=True).stdout.split()]


def test_the_same_reports_as_on_this_machine(tmp_path: Path, closed: int) -> None:
    hosts = [host(number, closed, tmp_path) for number in range(6)]
    scratch = worker.IN_MEMORY
    before = {*scratch.glob("onramp-worker-*")}
    there, here = Fleet(tmp_path / "there", hosts), Fleet(tmp_path / "here", hosts)
    with ExitStack() as resources:
        there.perform(resources)
        pids = workers_of(os.getpid())
        assert len(pids) == 2
        until = time.monotonic() + 10  # those of others' tests come and go as well
        while not {*scratch.glob("onramp-worker-*")} <= before:
            assert time.monotonic() < until, "a worker leaves a folder behind"
            time.sleep(0.1)
        for pid in pids:
            for name in ("cmdline", "environ"):
                assert SECRET.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    pool.run_all(here.run, here.sessions)
    assert [gist(one) for one in there.sessions] == [gist(one) for one in here.sessions]
    assert {one.status for one in there.evidence()} == {"unreachable"}
    assert workers_of(os.getpid()) == []


def test_a_lost_worker_costs_what_it_had_begun(tmp_path: Path, mute: Mute) -> None:
    """Two workers with two shards of four hosts each, of which two at a time: four were begun."""
    fleet = Fleet(tmp_path, [host(number, mute.port, tmp_path) for number in range(16)])

    def kill() -> None:
        until = time.monotonic() + 60
        while len(mute.taken) < 8 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
        mute.close()

    thread = threading.Thread(target=kill)
    thread.start()
    with ExitStack() as resources:
        fleet.perform(resources)
    thread.join()
    ended = [
        [event for event in read_events(one.path / "events.jsonl") if event["event"] == "end"]
        for one in fleet.evidence()
    ]
    assert [len(one) for one in ended] == [1] * 16
    lost = [one for one in fleet.evidence() if one.status == "interrupted"]
    assert len(lost) == 4
    for one in lost:
        notes = [e["text"] for e in one.events() if e["event"] == "note"]
        assert notes[-1].startswith(("worker one was lost", "worker two was lost"))
    assert {one.status for one in fleet.evidence() if one not in lost} == {"unreachable"}


def test_ctrl_c_ends_every_host(tmp_path: Path, mute: Mute) -> None:
    fleet = Fleet(tmp_path, [host(number, mute.port, tmp_path) for number in range(12)])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        until = time.monotonic() + 60
        while not mute.taken and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    try:
        with ExitStack() as resources, pytest.raises(KeyboardInterrupt):
            fleet.perform(resources)
    finally:
        signal.signal(signal.SIGINT, before)
    assert {one.status for one in fleet.evidence()} == {"interrupted"}
    assert workers_of(os.getpid()) == []


def test_strangers_are_refused(tmp_path: Path, closed: int) -> None:
    packed = kit.packed(Fleet(tmp_path, [host(0, closed, tmp_path)]).options, secrets=True)
    with cluster.own(packed, [Place("one", None)]) as up:
        url = up.client.scheduler.address
        stranger = dask_parts.security(Authority("another").identity("worker"))
        with pytest.raises(OSError, match=r"(?i)certificate|alert|timed out"):
            Client(url, security=stranger, timeout=2, set_as_default=False)
        with pytest.raises((OSError, RuntimeError, TypeError)):
            Client(url.replace("tls:", "tcp:"), timeout=2, set_as_default=False)


def test_a_worker_that_is_not_like_the_controller_is_refused_in_one_line() -> None:
    other = likeness_line(likeness() | {"Python": "3.99"})
    words = [sys.executable, "-m", worker.__name__]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "harness")}
    ended = subprocess.run(words, input=other, capture_output=True, timeout=60, env=env)
    assert ended.returncode == 3
    mine = ".".join(str(part) for part in sys.version_info[:2])
    assert ended.stdout.decode() == f"onramp-worker: refused Python is {mine} there and 3.99 here\n"
    assert ended.stderr == b""


@pytest.mark.parametrize(
    ("python", "says"), [("/bin/false", "it ended: it said nothing"), ("/no/such", "no Python")]
)
def test_a_worker_that_does_not_start_is_told_in_one_line(
    tmp_path: Path, closed: int, python: str, says: str
) -> None:
    packed = kit.packed(Fleet(tmp_path, [host(0, closed, tmp_path)]).options, secrets=True)
    with (
        pytest.raises(UsageError, match=f"--workers: one: {says}"),
        cluster.own(packed, [Place("one", None, python)]),
    ):
        pass
