"""A run on several machines: sixty addresses of one lab host, and real processes as workers.

They are started on this machine, and over SSH on machines of their own (worker_hosts.py). With
ONRAMP_FLEET=1000 there are so many hosts, and each way to lose a worker is tried ten times.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from contenders import inventory as listed
from dask_cluster import Cluster
from drive import Ended, Started, invoke, named, on
from onramp.model.host import Host
from onramp.providers.lab import network
from onramp.providers.lab.embedded_lab import Lab
from scale_rig import many, rig
from sshd import SSHD, descendants
from worker_hosts import WorkerHost, is_worker, worker_hosts

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
ADDRESSES = IPv4Network("198.19.96.0/19")  # not those of the bench
COUNT = int(os.environ.get("ONRAMP_FLEET", "60"))
TIMES = 10 if "ONRAMP_FLEET" in os.environ else 1
FORKS = 4
PASSWORD = f"L0gin-word-{os.urandom(6).hex()}"
SETTING = f"s3tting/{os.urandom(6).hex()}"
HERE = "localhost,localhost"
needs_sshd = pytest.mark.skipif(not SSHD, reason="no sshd")
at_length = pytest.mark.skipif(TIMES == 1, reason="ONRAMP_FLEET is not set")
OVER_SSH = pytest.param("w1,w2,w3,w4", marks=needs_sshd)


@pytest.fixture(scope="module")
def place() -> Iterator[Host]:
    """What answers at all the addresses, and tells of each connection where it went."""
    name = named("fleet-rig")
    with rig(name, ADDRESSES) as host:
        booted = Lab().get(name)
        assert booted
        on(booted, "echo 'LogLevel VERBOSE' > /etc/ssh/sshd_config.d/said.conf\n"
           "systemctl reload ssh")  # fmt: skip
        yield host


@pytest.fixture(scope="module")
def hosts(place: Host, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Host]:
    return many(place, COUNT, tmp_path_factory.mktemp("rig"), ADDRESSES)


def connections(place: Host) -> Counter[str]:
    """By the rig's own account, how many connections to each address were given work.

    On a busy machine a login may run out of time, and is tried again: nothing was begun by it.
    """
    booted = Lab().get(place.name)
    assert booted
    said = on(
        booted, "journalctl -t sshd -t sshd-session -o cat --no-pager | grep -E '^(Con|Start)'"
    )
    latest: dict[str, tuple[str, int]] = {}  # by where it comes from: ports are used again
    working = set()
    for number, line in enumerate(said.splitlines()):
        if made := re.match(r"Connection from (\S+ port \d+) on (\S+) port 22", line):
            latest[made[1]] = (made[2], number)
        begun = re.match(r"Starting session: .* from (\S+ port \d+)", line)
        if begun and begun[1] in latest:
            working.add(latest[begun[1]])
    return Counter(address for address, _ in working)


@pytest.fixture(scope="module")
def machines(
    place: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sequence[WorkerHost]]:
    if not SSHD:
        yield ()
        return
    with worker_hosts(4, tmp_path_factory.mktemp("machines"), place, ADDRESSES) as made:
        yield made


@pytest.fixture(scope="module")
def inventory(
    hosts: Sequence[Host],
    machines: Sequence[WorkerHost],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The hosts, with secrets that nobody asks for, and the workers' machines."""
    file = tmp_path_factory.mktemp("inventory") / "inventory.json"
    tree = listed(hosts)
    for row in tree["all"]["hosts"].values():
        row |= {"ansible_password": PASSWORD, "ansible_become_password": PASSWORD}
        row["onramp"]["stack"]["env"]["APP_PASSWORD"] = SETTING
    tree["all"]["hosts"] |= listed([machine.host() for machine in machines])["all"]["hosts"]
    file.write_text(json.dumps(tree))
    return f"--inventory={file}"


def asked(inventory: str, workers: str = "") -> list[str]:
    engine = ["--engine=dask", f"--workers={workers}"] if workers else []
    if workers.startswith("w"):
        engine.append(f"--scheduler={network.GATEWAY}")
    return ["doctor", "--hosts=h0*", f"--forks={FORKS}", inventory, *engine]


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


def workers_of(run: Started, machines: Sequence[WorkerHost]) -> list[int]:
    """The processes of workers of the run: here, and on their machines."""
    here = [pid for pid in descendants(run.process.pid) if is_worker(pid)]
    return [*here, *(pid for machine in machines for pid in machine.workers())]


def secrets_of(pid: int) -> list[str]:
    """Where a worker shows a secret to others: its words, its environment, its files on a disk."""
    process = Path(f"/proc/{pid}")
    files = [process / "cmdline", process / "environ"]
    for link in (process / "fd").iterdir():
        with suppress(FileNotFoundError):  # it is at work, and closes what it has read
            place = Path(os.readlink(link))
            if place.is_file() and not str(place).startswith("/memfd:"):
                files.append(place)
    for scratch in Path("/dev/shm").glob("onramp-worker-*"):
        files += [path for path in scratch.rglob("*") if path.is_file()]
    words = (PASSWORD.encode(), SETTING.encode(), b"PRIVATE KEY")
    return [str(path) for path in files if any(word in path.read_bytes() for word in words)]


@pytest.mark.parametrize(("workers", "number"), [(HERE, 2), (*OVER_SSH.values, 4)])
def test_the_same_reports_as_without_workers(
    workers: str,
    number: int,
    inventory: str,
    machines: Sequence[WorkerHost],
    local: Ended,
    tmp_path: Path,
) -> None:
    before = [machine.received() for machine in machines]
    run = Started(*asked(inventory, workers), folder=tmp_path)
    run.until(lambda: run.ended_hosts() > 0)
    pids = workers_of(run, machines)
    assert len(pids) == number
    assert [secrets_of(pid) for pid in pids] == [[]] * number
    ended = run.end()
    assert (ended.code, local.code) == (0, 0), ended.said
    assert gist(ended) == gist(local)
    assert len(gist(ended)) == COUNT
    if workers != HERE:  # each of them worked, and over its own link
        after = [machine.received() for machine in machines]
        assert all(now - then > COUNT * 1000 for now, then in zip(after, before, strict=True))
    await_end(pids)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes(), path
        assert path.is_dir() or SETTING.encode() not in path.read_bytes(), path


def await_end(pids: Sequence[int]) -> None:
    until = time.monotonic() + 10  # a moment after their connection
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until, "a worker outlives its run"
        time.sleep(0.1)


@pytest.mark.parametrize("moment", range(TIMES))
@pytest.mark.parametrize(
    ("workers", "how"),
    [
        (HERE, "killed"),
        pytest.param("w1,w2,w3,w4", "killed", marks=needs_sshd),
        pytest.param("w1,w2,w3,w4", "parted", marks=needs_sshd),
        pytest.param("w1,w2,w3,w4", "cut", marks=[needs_sshd, at_length]),
    ],
)
def test_a_lost_worker_loses_no_host(
    workers: str,
    how: str,
    moment: int,
    inventory: str,
    place: Host,
    machines: Sequence[WorkerHost],
    tmp_path: Path,
) -> None:
    """`parted` and `cut` ones live on: the first reaches its hosts still, the other nobody."""
    before = connections(place)
    run = Started(*asked(inventory, workers), folder=tmp_path)
    reached = random.randrange(COUNT // 8, COUNT // 2)
    run.until(lambda: run.ended_hosts() >= reached)
    pids, there = workers_of(run, machines), random.choice(machines)
    with ExitStack() as resources:
        if how == "killed":
            os.kill(random.choice(pids), signal.SIGKILL)
        else:
            resources.enter_context(there.cut() if how == "cut" else there.parted())
        ended = run.end()
    statuses = came_to_one_end(ended)
    assert set(statuses.values()) <= {"passed", "interrupted"}, f"{reached}: {ended.said}"
    lost = [name for name, status in statuses.items() if status == "interrupted"]
    assert len(lost) <= FORKS, f"{reached}: {ended.said}"
    for name in lost:
        notes = [e.get("text", "") for e in ended.events(name)]
        assert any("was lost while this host was worked on" in note for note in notes)
    measured(how, reached, ended, statuses)
    await_end(pids)
    assert set((connections(place) - before).values()) == {1}, "a host was begun twice"


def came_to_one_end(ended: Ended, begun: int = 1) -> dict[str, str]:
    """Each host's status. All have one end, a report, and the logs that their events name.

    `begun` is how often a host may be: a run that goes on keeps what the broken one wrote.
    """
    found = {}
    for folder in (ended.folder / "hosts").iterdir():
        events = ended.events(folder.name)
        ends = [e["status"] for e in events if e["event"] == "end"]
        assert events[-1]["event"] == "end"
        assert len(ends) <= begun
        assert set(ends[:-1]) <= {"interrupted"}
        steps = [e["id"] for e in events if e["event"] == "step" and e.get("state") == "started"]
        assert steps.count("connect") <= begun, "it was begun twice"
        assert all((folder / e["log"]).is_file() for e in events if e.get("log"))
        assert (folder / "report.json").is_file()
        found[folder.name] = events[-1]["status"]
    assert len(found) == COUNT
    return found


def measured(what: str, reached: int, ended: Ended, statuses: dict[str, str]) -> None:
    """For docs/fleet.md: `pytest -rP` shows it."""
    counted = dict(Counter(statuses.values()))
    print(f"{what} after {reached} of {COUNT}: {ended.seconds:.0f} s, {counted}")


@needs_sshd
def test_a_run_whose_controller_was_killed_goes_on(
    inventory: str, place: Host, machines: Sequence[WorkerHost], tmp_path: Path
) -> None:
    """And with it its scheduler: that is in the controller's process."""
    before = connections(place)
    flags = asked(inventory, "w1,w2,w3,w4")
    run = Started(*flags, folder=tmp_path)
    run.until(lambda: run.ended_hosts() >= COUNT // 3)
    pids = workers_of(run, machines)
    run.interrupt(signal.SIGKILL)
    broken = run.end(10)
    await_end(pids)
    kept = records(broken)
    assert COUNT // 3 <= len(kept) < COUNT
    goes_on(broken, kept, invoke(*flags, "--resume", folder=tmp_path), before, place)


@needs_sshd
def test_a_run_whose_cluster_lost_its_scheduler_goes_on_with_another(
    hosts: Sequence[Host],
    place: Host,
    machines: Sequence[WorkerHost],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody's cluster, with workers on those machines; no credentials travel there."""
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(listed(hosts)))
    before = connections(place)

    def flags(cluster: Cluster) -> list[str]:
        for name, value in cluster.environment.items():
            monkeypatch.setenv(name, value)
        return [*asked(f"--inventory={file}"), f"--engine=dask:{cluster.url}"]

    with somebodys(tmp_path / "one", machines) as cluster:
        run = Started(*flags(cluster), folder=tmp_path / "run")
        run.until(lambda: run.ended_hosts() >= COUNT // 3)
        cluster.scheduler.kill()
        broken = run.end()
    assert broken.code == 2, broken.said
    assert broken.said.count("the scheduler is gone: --resume goes on") == 1, broken.said
    assert "distributed" not in broken.err
    assert "Traceback" not in broken.err
    statuses = came_to_one_end(broken)
    assert set(statuses.values()) == {"passed", "interrupted"}
    kept = {name: text for name, text in records(broken).items() if statuses[name] == "passed"}
    with somebodys(tmp_path / "another", machines) as cluster:
        ended = invoke(*flags(cluster), "--resume", folder=tmp_path / "run")
    goes_on(broken, kept, ended, before, place)


@contextmanager
def somebodys(folder: Path, machines: Sequence[WorkerHost]) -> Iterator[Cluster]:
    folder.mkdir()
    names = [machine.namespace for machine in machines]
    cluster = Cluster(folder, host=network.GATEWAY, namespaces=names)
    try:
        yield cluster
    finally:
        cluster.stop()


def records(ended: Ended) -> dict[str, bytes]:
    """Of hosts that came to their end, what is on record."""
    files = [folder / "events.jsonl" for folder in (ended.folder / "hosts").iterdir()]
    told = {file.parent.name: file.read_bytes() for file in files if file.exists()}
    return {name: text for name, text in told.items() if b'"event": "end"' in text}


def goes_on(
    broken: Ended, kept: dict[str, bytes], ended: Ended, before: Counter[str], place: Host
) -> None:
    """What had ended stays as it was, the rest is finished, and nobody was asked more often."""
    assert ended.code == 0, ended.said
    assert ended.folder == broken.folder
    statuses = came_to_one_end(ended, begun=2)
    assert set(statuses.values()) == {"passed"}
    now = records(ended)
    assert {name: now[name] for name in kept} == kept
    often = Counter((connections(place) - before).values())
    assert often[1] >= len(kept)
    assert often[1] + often[2] == COUNT
    measured("went on", len(kept), ended, statuses)
    print(f"begun a second time: {often[2]}")


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
