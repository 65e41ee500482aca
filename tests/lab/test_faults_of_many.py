"""Faults of a run of many hosts: the others finish, and what was seen can be read afterwards.

Forty addresses of one lab host. The disk here fills up, the clock here is set by a day, a third of
the packets is lost, names are not resolved any more, and a host prints a gigabyte.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from ipaddress import IPv4Network
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from contenders import inventory as listed
from drive import Ended, Started, inventory, invoke, lab, named, number_of, on, pains, steps
from onramp.evidence.stored_events import read_events
from onramp.model.host import Host
from onramp.providers.lab import network
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost
from scale_rig import many, rig

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root"),
    pytest.mark.timeout(500),
]
ADDRESSES = IPv4Network("198.19.160.0/19")  # neither the bench's nor those of test_fleet.py
COUNT = 40
RIG = named("many-rig")
ENGINES = [(), ("--engine=dask", "--workers=localhost,localhost")]
DAY_S = 86_400
GIGABYTE = 1_000_000_000
WITHOUT_NAMES = named("fault-names")
WELL = named("fault-names-well")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Host]]:
    with rig(RIG, ADDRESSES) as host:
        yield many(host, COUNT, tmp_path_factory.mktemp("rig"), ADDRESSES)


@pytest.fixture(scope="module")
def flag(hosts: Sequence[Host], tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(listed(hosts), tmp_path_factory.mktemp("inventory"))


@pytest.fixture
def all_of_them(hosts: Sequence[Host]) -> LabHost:
    """The one host that they are."""
    found = Lab().get(RIG)
    assert found
    return found


def written(tree: dict[str, Any], folder: Path) -> str:
    (folder / "inventory.json").write_text(json.dumps(tree))
    return f"--inventory={folder / 'inventory.json'}"


def statuses(ended: Ended) -> dict[str, str]:
    """Of each host, by run.json, by its events and by its report: they say the same."""
    told = json.loads((ended.folder / "run.json").read_text())["hosts"]
    found = {one["name"]: one["status"] for one in told}
    for name, status in found.items():
        assert [e["status"] for e in ended.events(name) if e["event"] == "end"][-1:] == [status]
        assert ended.report(name)["status"] == status
    return found


def reported_again(ended: Ended) -> None:
    """Old evidence is enough: all reports are made anew, and say the same."""
    before = statuses(ended)
    for path in (ended.folder / "hosts").glob("*/report.json"):
        path.unlink()
    again = invoke("report", f"--runs={ended.runs}", folder=ended.runs.parent / "again")
    assert again.code == 0, again.said
    assert statuses(ended) == before
    assert {path.name for path in (ended.folder / "hosts").iterdir()} == set(before)


@contextmanager
def lossy(host: LabHost, addresses: str, share: float) -> Iterator[None]:
    """Of the packets to and from these addresses of it a share is lost, each way."""
    namespace = network.namespace(number_of(host))
    rules = [
        [chain, side, addresses, "-m", "statistic", "--mode", "random", "--probability", str(share),
         "-j", "DROP"]
        for chain, side in (("INPUT", "-d"), ("OUTPUT", "-s"))
    ]  # fmt: skip
    words = ["ip", "netns", "exec", namespace, "iptables", "-w"]
    for rule in rules:
        subprocess.run([*words, "-A", *rule], check=True)
    try:
        yield
    finally:
        for rule in rules:
            subprocess.run([*words, "-D", *rule], check=True)


# --- the disk here ---------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for the evidence of a few hosts."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "small", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("engine", ENGINES, ids=["local", "dask"])
def test_a_disk_that_fills_up_is_one_line_and_resume_goes_on(
    engine: Sequence[str], flag: str, small: Path, tmp_path: Path
) -> None:
    ended = invoke("doctor", flag, f"--runs={small}", *engine, folder=tmp_path)
    assert ended.code == 250, ended.said
    assert "Traceback" not in ended.err
    assert ended.out.count("looks ready") == COUNT
    [line] = [said for said in ended.err.splitlines() if said.startswith("onramp: ")]
    [folder] = small.glob("2*")
    assert line.startswith("onramp: No space left on device: ")
    assert f"./invoke doctor --resume={folder.name}" in line
    kept = {path.parent.name for path in folder.glob("hosts/*/events.jsonl") if has_end(path)}
    assert 3 < len(kept) < COUNT

    subprocess.run(["mount", "-o", "remount,size=50m", str(small)], check=True)
    told = invoke("report", f"--runs={small}", folder=tmp_path)
    assert told.code == 0, told.said
    page = (folder / "index.md").read_text()
    seen = len([*folder.glob("hosts/*/events.jsonl")])
    assert f"{len(kept)} hosts passed, {seen - len(kept)} hosts interrupted" in page
    assert ("nothing was written of" in page) == (seen < COUNT)

    again = invoke("doctor", "--resume", f"--runs={small}", folder=tmp_path)
    assert again.code == 0, again.said
    whole = Ended(again.code, "", "", small, 0.0)
    assert statuses(whole) == dict.fromkeys(statuses(whole), "passed")
    for name in kept:
        assert [e["event"] for e in whole.events(name)].count("end") == 1
    reported_again(whole)


def has_end(path: Path) -> bool:
    return any(event["event"] == "end" for event in read_events(path))


# --- the clock here --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def preload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that sets the wall clock of a process by what a file says, and no other clock.

    The machine's own clock is everybody's. (Debian's libfaketime changes timers as well.)
    """
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    made = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(source)], check=True)
    return made


@pytest.fixture
def silent(all_of_them: LabHost, hosts: Sequence[Host], tmp_path: Path) -> Iterator[str]:
    """Them all, of which the first does not answer for the six seconds that it is given."""
    tree = listed(hosts)
    tree["all"]["hosts"][hosts[0].name]["onramp"] |= {"timeouts": {"connect": 6, "wait": 1}}
    with lossy(all_of_them, f"{hosts[0].address}/32", 1.0):
        yield written(tree, tmp_path)


@pytest.mark.parametrize(
    ("engine", "jump_s", "way"), [(ENGINES[0], DAY_S, "forward"), (ENGINES[1], -DAY_S, "back")],
    ids=["local-forward", "dask-back"],
)  # fmt: skip
def test_a_clock_that_is_set_by_a_day_changes_no_duration(
    engine: Sequence[str], jump_s: int, way: str, preload: Path, silent: str, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    began = time.time()
    run = Started(
        "doctor", silent, "--forks=2", *engine, folder=tmp_path / "run",
        within=[f"LD_PRELOAD={preload}", f"CLOCK_FILE={clock}"],
    )  # fmt: skip
    run.until(lambda: run.ended_hosts() >= 6)
    clock.write_text(str(jump_s))
    assert run.ended_hosts() < COUNT - 6, "it was over too soon"
    ended = run.end(200)
    assert ended.code == 4, ended.said
    [first, *others] = statuses(ended)
    assert statuses(ended) == {first: "unreachable", **dict.fromkeys(others, "passed")}
    assert 5.5 < ended.report(first)["timings"]["total_s"] < 60
    told = json.loads((ended.folder / "run.json").read_text())
    assert any(f"was set {way} by 24 h 0 min" in note for note in told["notes"])
    assert 0 < seconds(told["finished"]) - seconds(told["started"]) <= ended.seconds
    for name in (first, *others):
        moments = [seconds(event["t"]) for event in ended.events(name)]
        assert moments == sorted(moments)
        assert began - 1 <= moments[0] <= moments[-1] <= began + ended.seconds + 1
        report = ended.report(name)
        assert 0 < report["timings"]["total_s"] <= ended.seconds
        assert all(0 <= step["seconds"] <= ended.seconds for step in report["steps"])
        assert name == first or pains(report) == {}, "whose clock is wrong is not known"
    reported_again(ended)


def seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


# --- packets ---------------------------------------------------------------------------------


def test_hosts_that_lose_a_third_of_all_packets_hold_nobody_up(
    all_of_them: LabHost, hosts: Sequence[Host], flag: str, tmp_path: Path
) -> None:
    with lossy(all_of_them, f"{ADDRESSES[256]}/29", 0.3):
        ended = invoke("doctor", flag, folder=tmp_path, within_s=200)
    assert ended.code in (0, 4), ended.said
    found = statuses(ended)
    for host in hosts[8:]:
        assert found[host.name] == "passed"
        assert ended.report(host.name)["timings"]["total_s"] < 60
    for host in hosts[:8]:
        report = ended.report(host.name)
        if found[host.name] != "passed":
            assert found[host.name] == "unreachable"
            assert pains(report) == {"ssh-connection-refused-timeout": "needs-human"}
    reported_again(ended)


# --- names -----------------------------------------------------------------------------------


def test_a_host_that_loses_its_name_server_says_so_and_the_other_goes_on(tmp_path: Path) -> None:
    docker = {"method": "repository", "repository": "https://download.docker.com/linux"}
    tree = {WITHOUT_NAMES: lab(onramp={"docker": docker}), WELL: lab()}
    run = Started("provision", inventory(tmp_path, tree), folder=tmp_path)
    run.await_step(WITHOUT_NAMES, "survey")
    host = Lab().get(WITHOUT_NAMES)
    assert host
    on(host, "echo nameserver 127.0.0.53 > /etc/resolv.conf")
    ended = run.end(200)
    assert ended.code == 2, ended.said
    assert statuses(ended) == {WITHOUT_NAMES: "failed", WELL: "passed"}
    report = ended.report(WITHOUT_NAMES)
    assert steps(report)["install-engine"] == "failed"
    assert pains(report)["apt-dns-or-no-route"] == "needs-human"
    reported_again(ended)


MOUNTED = 'mount --bind "$0" /etc/hosts && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'


def test_names_that_nobody_here_knows_any_more(hosts: Sequence[Host], tmp_path: Path) -> None:
    """The controller sees an /etc/hosts of its own, which loses its lines while hosts go on."""
    tree, known = listed(hosts), tmp_path / "known_hosts"
    for row in tree["all"]["hosts"].values():
        row["ansible_ssh_common_args"] = f"-o UserKnownHostsFile={known}"
    lines = [f"{host.address} {host.name}.onramp.test\n" for host in hosts]
    for host in hosts:
        tree["all"]["hosts"][host.name]["ansible_host"] = f"{host.name}.onramp.test"
    names, servers = tmp_path / "hosts", tmp_path / "resolv.conf"
    names.write_text("127.0.0.1 localhost\n" + "".join(lines))
    servers.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    run = Started(
        "doctor", written(tree, tmp_path), "--forks=2", "--host-keys=accept-new", folder=tmp_path,
        within=["unshare", "-m", "sh", "-c", MOUNTED, str(names), str(servers)],
    )  # fmt: skip
    run.until(lambda: run.ended_hosts() >= 6)
    names.write_text("127.0.0.1 localhost\n")
    ended = run.end(200)
    assert ended.code == 4, ended.said
    found = statuses(ended)
    assert [*found.values()].count("passed") >= 6
    assert set(found.values()) == {"passed", "unreachable"}
    for name, status in found.items():
        report = ended.report(name)
        if status == "unreachable":
            assert pains(report) == {"ssh-connection-refused-timeout": "needs-human"}
            assert "resolve hostname" in report["pain_points"][0]["evidence"]["excerpt"]
    reported_again(ended)


# --- a host that prints for ever -------------------------------------------------------------

LOUD = f"""
mkdir -p /opt/loud
cat > /opt/loud/uname <<'END'
#!/bin/sh
[ "$1" != -m ] || yes 'all work and no play' | head -c {GIGABYTE}
exec /usr/bin/uname "$@"
END
chmod +x /opt/loud/uname
cat > /etc/ssh/sshd_config.d/loud.conf <<'END'
Match LocalAddress {ADDRESSES[256 + 3]}
  ForceCommand yes 'hello and welcome' | head -c {GIGABYTE}; exec sh -c "$SSH_ORIGINAL_COMMAND"
Match LocalAddress {ADDRESSES[256 + 4]}
  ForceCommand PATH=/opt/loud:$PATH exec sh -c "$SSH_ORIGINAL_COMMAND"
END
systemctl reload ssh
"""


@pytest.fixture
def loud(all_of_them: LabHost) -> Iterator[None]:
    """One host prints a gigabyte before each command, at another `uname -m` prints it."""
    on(all_of_them, LOUD)
    yield
    on(all_of_them, "rm -r /opt/loud /etc/ssh/sshd_config.d/loud.conf; systemctl reload ssh")


@pytest.mark.usefixtures("loud")
def test_a_gigabyte_of_output_is_bounded_and_told(
    hosts: Sequence[Host], flag: str, tmp_path: Path
) -> None:
    run = Started("doctor", flag, folder=tmp_path)
    most: dict[int, int] = {}
    watch = Thread(target=watch_memory, args=(run, most))
    watch.start()
    ended = run.end(200)
    watch.join()
    assert ended.code == 0, ended.said
    assert set(statuses(ended).values()) == {"passed"}
    assert most, "nothing was measured"
    assert max(most.values()) < 300_000, most
    for number, name in ((3, "h00003"), (4, "h00004")):
        folder = ended.folder / "hosts" / name
        [log] = folder.glob("logs/*-survey-survey.log")
        left_out = re.search(r"^# left out: (\d+) bytes$", log.read_text()[:1000], re.MULTILINE)
        assert left_out, number
        assert GIGABYTE - 4_300_000 < int(left_out[1]) < GIGABYTE
        assert sum(path.stat().st_size for path in folder.rglob("*")) < 5_000_000
        words = f"printed more than is kept, {int(left_out[1]) / 1e6:.0f} MB are left out of logs/"
        assert words in (folder / "report.md").read_text()
    for host in (*hosts[:3], *hosts[5:]):
        assert ended.report(host.name)["timings"]["total_s"] < 100
    reported_again(ended)


def watch_memory(run: Started, most: dict[int, int]) -> None:
    """The most memory, in kB, that the run and each of its children ever held."""
    pid = run.process.pid
    while run.process.poll() is None:
        children = Path(f"/proc/{pid}/task/{pid}/children")
        for one in (pid, *map(int, children.read_text().split() if children.exists() else ())):
            try:
                status = Path(f"/proc/{one}/status").read_text()
            except OSError:
                continue
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                most[one] = int(found[1])
        time.sleep(0.1)
