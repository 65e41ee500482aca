"""What a run does when hosts, links, the disk or its own parts fail: nothing seen is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from drive import (
    SHORT,
    Ended,
    Started,
    inventory,
    invoke,
    lab,
    named,
    number_of,
    on,
    pains,
    stack,
    steps,
)
from onramp.cli import walk
from onramp.cli.commands import evaluate
from onramp.evidence.stored_events import read_events
from onramp.model.pain import Situation
from onramp.pains import catalogue
from onramp.providers.lab import network, processes
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost, root_shell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
Boot = Callable[..., LabHost]
WELL = named("fault-well")
CUT = named("fault-cut")
BACK = named("fault-back")
NOBODY = named("fault-nobody")
REFUSING = named("fault-refusing")
OWN = named("fault-own")
LATER = named("fault-later")
MUTE = named("fault-mute")
ORPHAN = named("fault-orphan")
EMPTY = "198.19.255.250"  # in the lab's range, and far above any address it gives out
CUT_SSH = """
systemctl stop ssh.socket ssh 2>/dev/null; pkill -KILL "^sshd"; true
"""
# apt keeps dpkg's lock for so long before it installs anything
SLOW = """
mkdir -p /etc/apt/apt.conf.d
echo 'DPkg::Pre-Invoke {"[ ! -e /run/slow ] || { rm /run/slow; sleep 16; }";};' \
    > /etc/apt/apt.conf.d/00slow
"""
BUILDING = {
    **SHORT,
    "docker-compose.yml": "services: {web: {build: .}}\n",
    "Dockerfile": "FROM python:3.12-alpine\nRUN sleep 1001\n",
}


def test_one_host_down_one_cut_off_and_the_others_finish(tmp_path: Path) -> None:
    hosts = {
        WELL: lab(ansible_user="root", ansible_become=False),
        CUT: lab(),
        BACK: lab("debian-13"),
        NOBODY: {"ansible_host": EMPTY},
        REFUSING: {"ansible_host": network.GATEWAY, "ansible_port": 9},
    }
    run = Started("evaluate", inventory(tmp_path, hosts), stack(tmp_path), folder=tmp_path)
    cut = Thread(target=lose_ssh, args=(run, CUT, "sleep 0"))
    back = Thread(target=lose_ssh, args=(run, BACK, "sleep 8; systemctl start ssh"))
    for thread in (cut, back):
        thread.start()
    for thread in (cut, back):
        thread.join()
    ended = run.end()
    assert ended.code == 4, ended.said

    well = ended.report(WELL)
    assert well["status"] == "passed"

    lost = ended.report(CUT)
    assert lost["status"] == "unreachable"
    assert steps(lost)["survey"] == "satisfied"
    assert steps(lost)["install-engine"] == "failed"
    assert steps(lost)["up"] == "skipped"
    assert pains(lost) == {"ssh-connection-refused-timeout": "needs-human"}
    assert lost["pain_points"][0]["evidence"]["excerpt"].count("Connection refused") == 1

    again = ended.report(BACK)
    assert again["status"] == "passed", ended.said
    assert steps(again)["install-engine"] == "changed"
    notes = [e["text"] for e in ended.events(BACK) if e["event"] == "note"]
    assert any("a package lock held now may be our own" in note for note in notes)
    assert pains(again)["apt-lock-held"] == "remedied"

    for name, words in ((NOBODY, "No route to host"), (REFUSING, "refused")):
        down = ended.report(name)
        assert down["status"] == "unreachable"
        assert steps(down)["connect"] == "failed"
        assert words in down["pain_points"][0]["evidence"]["excerpt"]
    for name in hosts:
        assert Lab().get(name) is None
        assert name in ended.out
    assert (ended.folder / "index.md").exists()


# --- interrupted -----------------------------------------------------------------------------


@pytest.fixture
def hanging(lab_host: Boot) -> Iterator[LabHost]:
    """A host whose apt-get never ends: sudo looks into /usr/local/sbin first."""
    host = lab_host("fault-hang")
    on(host, "printf '#!/bin/sh\\nexec sleep 1000\\n' > /usr/local/sbin/apt-get && "
       "chmod +x /usr/local/sbin/apt-get")  # fmt: skip
    yield host
    root_shell(host, "rm /usr/local/sbin/apt-get; pkill -KILL -fx 'sleep 1000'; "
               "while pgrep -fx 'sleep 1000'; do sleep 0.1; done")  # fmt: skip


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and never says a word, so that a login blocks its thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_ctrl_c_ends_with_a_report_for_each_host(hanging: LabHost, tmp_path: Path) -> None:
    hosts = {hanging.name: lab(), OWN: lab(), LATER: {"ansible_host": EMPTY}}
    run = Started("evaluate", "--forks=2", inventory(tmp_path, hosts), folder=tmp_path)
    run.until(lambda: apt_runs(hanging))
    run.await_step(OWN, "install-engine")
    own = Lab().get(OWN)
    assert own is not None
    index = number_of(own)
    run.interrupt()
    began = time.monotonic()
    ended = run.end(30)
    assert ended.code == 130, ended.said
    assert time.monotonic() - began < 8
    assert "Traceback" not in ended.err
    for name in hosts:
        assert ended.report(name)["status"] == "interrupted"
        assert ended.events(name)[-1]["event"] == "end"
        assert f"{name} was interrupted" in ended.out
    assert steps(ended.report(hanging.name))["install-engine"] == "failed"
    assert steps(ended.report(hanging.name))["survey"] == "satisfied"
    assert pains(ended.report(hanging.name)) == {}
    notes = [e["text"] for e in ended.events(hanging.name) if e["event"] == "note"]
    assert any("left running on the host: sudo apt-get update" in note for note in notes)
    assert ended.report(LATER)["steps"] == []
    assert "before this host's turn" in (ended.folder / "hosts" / LATER / "report.md").read_text()
    assert_gone(OWN, index, own.pid)
    assert Lab().get(hanging.name) == hanging  # put up by hand: it stays up


def test_a_second_ctrl_c_leaves_at_once(hanging: LabHost, mute: int, tmp_path: Path) -> None:
    hosts = {hanging.name: lab(), MUTE: {"ansible_host": "127.0.0.1", "ansible_port": mute}}
    run = Started("evaluate", inventory(tmp_path, hosts), folder=tmp_path)
    run.await_step(hanging.name, "install-engine")
    run.until(lambda: apt_runs(hanging))
    run.interrupt(signal.SIGTERM)
    time.sleep(1)
    run.interrupt()
    began = time.monotonic()
    ended = run.end(30)
    assert ended.code == 130, ended.said
    assert time.monotonic() - began < 2
    for name in hosts:
        assert ended.report(name)["status"] == "interrupted"


def test_ctrl_c_ends_what_runs_as_the_plain_user(ready: LabHost, tmp_path: Path) -> None:
    flags = inventory(tmp_path, {ready.name: lab()}), stack(tmp_path, BUILDING, named("building"))
    run = Started("evaluate", *flags, folder=tmp_path)
    run.until(lambda: runs(ready, "sleep 1001"))
    run.interrupt()
    began = time.monotonic()
    ended = run.end(30)
    assert ended.code == 130, ended.said
    assert time.monotonic() - began < 8
    assert steps(ended.report(ready.name))["build"] == "failed"
    assert ended.events(ready.name)[-1]["total_s"] > 0  # the host's own thread wrote it
    for command in ("docker compose build", "sleep 1001"):
        while runs(ready, command) and time.monotonic() - began < 20:
            time.sleep(0.2)
        assert not runs(ready, command)
    on(ready, f"rm -r /home/newcomer/onramp/{named('building')}")


def test_what_was_seen_outlives_kill_9(hanging: LabHost, tmp_path: Path) -> None:
    hosts = {hanging.name: lab(), ORPHAN: lab()}
    flag = inventory(tmp_path, hosts)
    run = Started("evaluate", flag, folder=tmp_path)
    run.until(lambda: apt_runs(hanging))
    run.await_step(ORPHAN, "install-engine")
    folder = Lab().cache / "hosts" / ORPHAN
    (folder / "root/etc/onramp-orphan").touch()
    run.interrupt(signal.SIGKILL)
    ended = run.end(30)
    assert ended.code == -signal.SIGKILL

    again = invoke("report", folder=tmp_path)
    assert again.code == 0, again.said
    for name in hosts:
        report = again.report(name)
        assert report["status"] == "interrupted"
        assert steps(report)["survey"] == "satisfied"
    assert folder.exists()

    # the next run neither stumbles over the orphan nor takes it for a host put up by hand
    flag = inventory(tmp_path, {ORPHAN: lab()})
    next_run = Started("doctor", flag, folder=tmp_path / "next")
    next_run.await_step(ORPHAN, "connect")
    assert not (folder / "root/etc/onramp-orphan").exists()
    ended = next_run.end(60)
    assert ended.code == 0, ended.said
    assert not folder.exists()


# --- the disk, and our own faults ------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system that is full after a few files."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tiny", str(folder)]
    subprocess.run(mount, check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_stops_no_host(ready: LabHost, tiny: Path, tmp_path: Path) -> None:
    flags = inventory(tmp_path, {ready.name: lab()}), stack(tmp_path)
    ended = invoke("evaluate", *flags, f"--runs={tiny}", folder=tmp_path)
    assert ended.code == 250, ended.said
    assert f"{ready.name}: passed" in ended.err
    assert f"{ready.name}  passed" in ended.out
    assert "No space left on device" in ended.err
    assert "report.md (markdown)" in ended.err
    assert "Traceback" not in ended.err
    events = read_events(next(tiny.glob("2*/hosts/*/events.jsonl")))
    assert events[0]["event"] == "host"


def test_a_broken_pain_point_is_our_fault_and_one_hosts_alone(
    hanging: LabHost, ready: LabHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Situation) -> bool:
        raise ZeroDivisionError("never mind")

    def foresees(situation: Situation) -> str | None:
        return str(1 / 0) if situation.facts.docker_cli is None else None

    pains_known = dict(catalogue())
    for name, changes in (
        ("apt-lock-held", {"probe": None, "confirm": broken}),
        ("no-systemd", {"foresee": foresees}),
    ):
        pains_known[name] = replace(pains_known[name], **changes)
    monkeypatch.setattr(walk, "WhenAsked", lambda: pains_known)
    on(hanging, "printf '#!/bin/sh\\necho E: Could not get lock /x >&2; exit 100\\n' "
       "> /usr/local/sbin/apt-get")  # fmt: skip
    hosts = {hanging.name: lab(), ready.name: lab()}
    code = provision(tmp_path, inventory(tmp_path, hosts))
    ended = Ended(code, "", "", tmp_path / "runs", 0.0)
    assert code == 250
    hit, well = ended.report(hanging.name), ended.report(ready.name)
    assert hit["status"] == "failed"
    assert "Could not get lock" in hit["unexplained"][0]["excerpt"]
    page = (ended.folder / "hosts" / hanging.name / "report.md").read_text()
    assert "pain point apt-lock-held: its code failed" in page
    assert "ZeroDivisionError: never mind" in page
    assert "pain point no-systemd: its code failed" in page
    assert well["status"] == "passed"
    assert "fault" not in {event["event"] for event in ended.events(ready.name)}


def provision(folder: Path, flag: str) -> int:
    """`./invoke provision` in this process, so that its catalogue may be another."""
    nothing = dict.fromkeys(
        ("hosts", "exclude", "user", "private_key", "host_keys", "set", "stack", "forks", "allow",
         "fail_on")
    )  # fmt: skip
    switches = dict.fromkeys(
        ("list_hosts", "ask_pass", "ask_become_pass", "check", "keep", "dry", "json", "quiet",
         "verbose"),
        False,
    )  # fmt: skip
    where = {"inventory": [flag.partition("=")[2]], "runs": str(folder / "runs")}
    return evaluate.provision(SimpleNamespace(**nothing, **switches, **where))


# --- what is waited for ----------------------------------------------------------------------


def apt_runs(host: LabHost) -> bool:
    return runs(host, "sleep 1000")


def runs(host: LabHost, command: str) -> bool:
    return root_shell(host, f"pgrep -fx '{command}'")[0] == 0


def assert_gone(name: str, index: int, pid: int) -> None:
    """No trace of a lab host that was at this number."""
    assert not (Lab().cache / "hosts" / name).exists()
    assert str(Lab().cache / "hosts" / name) not in Path("/proc/mounts").read_text()
    assert index not in network.claims()
    assert not Path("/run/netns", network.namespace(index)).exists()
    assert not Path("/sys/class/net", network.namespace(index)).exists()
    assert processes.find(pid) is None


def lose_ssh(run: Started, name: str, then: str) -> None:
    """Wait until apt installs Docker on the host, then end its sshd and every login."""
    run.await_step(name, "survey")
    host = Lab().get(name)
    assert host is not None
    on(host, f"touch /run/slow; {SLOW}")
    on(host, "until pgrep -fx 'sleep 16'; do sleep 0.1; done", 120)
    on(host, CUT_SSH + f"(setsid sh -c '{then}' >/dev/null 2>&1 &)")
