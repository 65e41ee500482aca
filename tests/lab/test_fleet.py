"""A run on several machines: sixty addresses of one lab host, and real processes as workers.

They are started on this machine, and over SSH where it has an sshd.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from contenders import inventory as listed
from drive import Ended, Started, invoke, named
from onramp.evidence.run_dir import read_events
from onramp.model.host import Host
from scale_rig import many, rig
from sshd import SSHD, Sshd

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
ADDRESSES = IPv4Network("198.19.96.0/19")  # not those of the bench
COUNT = 60
PASSWORD = f"L0gin-word-{os.urandom(6).hex()}"
SETTING = f"s3tting/{os.urandom(6).hex()}"
HERE = "localhost,localhost"
OVER_SSH = pytest.param("worker1,worker1", marks=pytest.mark.skipif(not SSHD, reason="no sshd"))


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Host]]:
    folder = tmp_path_factory.mktemp("rig")
    with rig(named("fleet-rig"), ADDRESSES) as host:
        yield many(host, COUNT, folder, ADDRESSES)


@pytest.fixture(scope="module")
def inventory(hosts: Sequence[Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The hosts, with secrets that nobody asks for, and worker1: this machine over SSH."""
    folder = tmp_path_factory.mktemp("inventory")
    tree = listed(hosts)
    for row in tree["all"]["hosts"].values():
        row |= {"ansible_password": PASSWORD, "ansible_become_password": PASSWORD}
        row["onramp"]["stack"]["env"]["APP_PASSWORD"] = SETTING
    with ExitStack() as resources:
        if SSHD:
            server = Sshd(tmp_path_factory.mktemp("sshd"))
            resources.callback(server.stop)
            tree["all"]["hosts"] |= listed([server.host(name="worker1")])["all"]["hosts"]
        (folder / "inventory.json").write_text(json.dumps(tree))
        yield f"--inventory={folder / 'inventory.json'}"


def asked(inventory: str, workers: str = "") -> list[str]:
    engine = ["--engine=dask", f"--workers={workers}"] if workers else []
    return ["doctor", "--hosts=h0*", "--forks=4", inventory, *engine]


@pytest.fixture(scope="module")
def local(inventory: str, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The same hosts without workers."""
    return invoke(*asked(inventory), folder=tmp_path_factory.mktemp("local"))


def gist(ended: Ended) -> dict[str, Any]:
    """By host what its events and its report say, but for times and what is measured."""
    found: dict[str, Any] = {}
    for folder in sorted((ended.folder / "hosts").iterdir()):
        report = ended.report(folder.name)
        names = ("event", "id", "state", "status", "log", "pain", "shown", "text")
        events = [tuple(one.get(name) for name in names) for one in ended.events(folder.name)]
        steps = [(step["id"], step["status"]) for step in report["steps"]]
        logs = {path.name for path in (folder / "logs").iterdir()}
        found[folder.name] = (events, report["status"], steps, report["pain_points"], logs)
    return found


def workers_of(run: Started) -> list[int]:
    """Processes of workers that the run's controller or an sshd here has started."""
    found = subprocess.run(["pgrep", "-f", "onramp.fleet.worke[r]"], capture_output=True)
    return [pid for pid in map(int, found.stdout.split()) if not is_shell(pid)]


def is_shell(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").resolve().name in ("sh", "dash", "bash")
    except OSError:
        return True


def secrets_of(pid: int) -> list[str]:
    """Where a worker shows a secret to others: its words, its environment, its files on a disk."""
    process = Path(f"/proc/{pid}")
    files = [process / "cmdline", process / "environ"]
    for link in (process / "fd").iterdir():
        place = Path(os.readlink(link))
        if place.is_file() and not str(place).startswith("/memfd:"):
            files.append(place)
    for scratch in Path("/dev/shm").glob("onramp-worker-*"):
        files += [path for path in scratch.rglob("*") if path.is_file()]
    words = (PASSWORD.encode(), SETTING.encode(), b"PRIVATE KEY")
    return [str(path) for path in files if any(word in path.read_bytes() for word in words)]


@pytest.mark.parametrize("workers", [HERE, OVER_SSH])
def test_the_same_reports_as_without_workers(
    workers: str, inventory: str, local: Ended, tmp_path: Path
) -> None:
    run = Started(*asked(inventory, workers), folder=tmp_path)
    run.until(lambda: run.ended_hosts() > 0)
    pids = workers_of(run)
    assert len(pids) == 2
    assert [secrets_of(pid) for pid in pids] == [[], []]
    ended = run.end()
    assert (ended.code, local.code) == (0, 0), ended.said
    assert gist(ended) == gist(local)
    assert len(gist(ended)) == COUNT
    until = time.monotonic() + 10  # a moment after their connection
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until, "a worker outlives its run"
        time.sleep(0.1)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes(), path
        assert path.is_dir() or SETTING.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("workers", [HERE, OVER_SSH])
def test_a_killed_worker_loses_no_host(workers: str, inventory: str, tmp_path: Path) -> None:
    run = Started(*asked(inventory, workers), folder=tmp_path)
    run.until(lambda: run.ended_hosts() >= 8)
    os.kill(workers_of(run)[0], signal.SIGKILL)
    ended = run.end()
    names = [path.name for path in (ended.folder / "hosts").iterdir()]
    assert len(names) == COUNT
    lost = []
    for name in names:
        events = read_events(ended.folder / "hosts" / name / "events.jsonl")
        assert [e["event"] for e in events].count("end") == 1
        begun = [e for e in events if e["event"] == "step" and e.get("state") == "started"]
        assert [e["id"] for e in begun].count("connect") == 1, "it was begun twice"
        if events[-1]["status"] == "interrupted":
            lost.append(name)
            assert any(
                "was lost while this host was worked on" in e.get("text", "") for e in events
            )
        else:
            assert events[-1]["status"] == "passed"
        assert (ended.folder / "hosts" / name / "report.json").is_file()
    assert 1 <= len(lost) <= 4, ended.said


def test_a_worker_of_another_kind_is_refused_in_one_line(inventory: str, tmp_path: Path) -> None:
    began = time.monotonic()
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho 'onramp-worker: refused Python is 2.7 there and 3 here'\n")
    other.chmod(0o755)
    flags = [f"--worker-python={other}", *asked(inventory, HERE)[1:]]
    ended = invoke("doctor", *flags, folder=tmp_path)
    assert ended.code == 1
    assert ended.err == "onramp: --workers: localhost: refused Python is 2.7 there and 3 here\n"
    assert not (tmp_path / "runs").exists()
    assert time.monotonic() - began < 30


def test_a_host_key_that_a_worker_accepts_is_remembered_here(
    hosts: Sequence[Host], tmp_path: Path
) -> None:
    known = tmp_path / "known_hosts"
    tree = listed(hosts[:6])
    for row in tree["all"]["hosts"].values():
        row["ansible_ssh_common_args"] = f"-o UserKnownHostsFile={known}"
    (tmp_path / "inventory.json").write_text(json.dumps(tree))
    flags = [f"--inventory={tmp_path / 'inventory.json'}", "--host-keys=accept-new"]
    flags += ["--engine=dask", f"--workers={HERE}"]
    ended = invoke("doctor", *flags, folder=tmp_path / "run")
    assert ended.code == 0, ended.said
    names = sorted(line.split()[0] for line in known.read_text().splitlines())
    assert names == sorted(host.address for host in hosts[:6])
