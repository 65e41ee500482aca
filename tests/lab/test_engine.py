"""Looks at a real engine on a real host, over SSH: the stack is one busybox web server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from onramp.model.action import Check, Command, Upload
from onramp.model.host import Host
from onramp.model.settings import Settings
from onramp.pipeline import checks
from onramp.providers.lab.embedded_lab import Lab
from onramp.remote import engine
from onramp.remote.connection import SshTransport, open_ssh
from onramp.remote.engine import EngineError, Snapshot

PROJECT = "onramp-t"
INSTALL = (
    "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy "
    "--no-install-recommends docker.io docker-cli docker-compose iptables busybox-static"
)
COMPOSE = b"""
services:
  web:
    image: onramp-t
    command: [httpd, -f, -p, "8080", -h, /www]
    ports: ["8000:8080"]
    stop_grace_period: 1s
    healthcheck:
      test: [CMD, wget, -q, -O, /dev/null, "http://127.0.0.1:8080/plain"]
      interval: 1s
"""
COUNTER = b"""#!/bin/sh
n=$(($(cat /n 2>/dev/null || echo 0) + 1)); echo $n > /n
printf 'Content-Type: text/plain\\r\\n\\r\\nseen %s times\\n' $n
"""
IMAGE = (
    "cd t && mkdir -p root/bin root/www/cgi-bin && cp /bin/busybox root/bin && "
    "for a in sh cat httpd wget; do ln -sf busybox root/bin/$a; done && "
    "cp hits root/www/cgi-bin/ && echo fine > root/www/plain && "
    "tar -C root -c . | docker import -c 'ENV PATH=/bin' - onramp-t"
)


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    lab = Lab()
    booted = lab.up("debian-13")
    try:
        yield Host(
            booted.name,
            booted.address,
            user=booted.user,
            private_key=str(booted.private_key),
            known_hosts=str(booted.known_hosts),
        )
    finally:
        lab.down([booted.name])


@pytest.fixture(scope="module")
def link(host: Host) -> Iterator[SshTransport]:
    """A host where docker is installed, and the user may use it."""
    with open_ssh(host, Settings()) as link:
        installed = link.run(Command(INSTALL, as_root=True, timeout_s=600))
        assert installed.ok, installed.text
        with pytest.raises(EngineError, match="permission denied"), engine.connected(link):
            pass
        with engine.connected(link, as_root=True) as api:
            assert api.version()["Version"]
        assert link.run(Command("usermod -aG docker $SUDO_USER", as_root=True)).ok
        link.reopen()
        yield link


def test_a_stack_from_snapshot_to_leftovers(link: SshTransport) -> None:
    memory: dict[str, object] = {}

    def look(what: str, **with_: object) -> tuple[int | None, str]:
        outcome = checks.perform(Check(what, with_), link, memory)
        print(what, outcome)
        return outcome.exit_code, outcome.text

    def compose(arguments: str) -> None:
        script = f"cd t && docker compose -p {PROJECT} {arguments}"
        outcome = link.run(Command(script))
        assert outcome.ok, outcome.text

    counter = {"port": 8000, "path": "/cgi-bin/hits", "counter": r"seen (\d+) times"}
    assert look("snapshot")[0] == 0
    code, text = look("running", project=PROJECT, within_s=0)
    assert code == 1
    assert "no containers" in text

    files = {"docker-compose.yml": COMPOSE, "hits": COUNTER}
    assert link.upload(Upload("~/t", files, {"hits": 0o755})).ok
    built = link.run(Command(IMAGE))
    assert built.ok, built.text
    compose("up -d")
    code, text = look("running", project=PROJECT, services=("web",), within_s=20)
    assert code == 0, text
    assert "healthy" in text
    code, text = look("http", port=8000, path="/plain", contains="fine", within_s=10)
    assert (code, text) == (0, "inside: HTTP 200\ndirect: HTTP 200\n")
    assert look("counter", **counter, expect="rises") == (0, "readings: 1, 2, 3\n")
    assert look("still-running", project=PROJECT, services=("web",))[0] == 0
    assert look("http", port=8000, path="/nowhere", within_s=1)[0] == 1
    assert "no answer" in look("http", port=8001, within_s=0)[1]

    compose("stop")
    code, text = look("exit-codes", project=PROJECT)
    assert code == 1
    assert "exited (137)" in text
    code, text = look("running", project=PROJECT, services=("web",), within_s=0)
    assert code == 1
    assert "service web: onramp-t-web-1 exited (137)" in text
    code, text = look("still-running", project=PROJECT, services=("web",))
    assert code == 1
    assert "service web: onramp-t-web-1 exited (137)" in text
    compose("start")
    assert look("counter", **counter, expect="continues", within_s=10) == (
        0,
        "readings: 4, 5, 6\n",
    )
    compose("down")
    compose("up -d")
    code, text = look("counter", **counter, expect="continues", within_s=10)
    assert code == 1
    assert "the counter was lost: 6 before, 1 now" in text
    compose("down -v")
    code, text = look("leftovers", directory="t")
    assert (code, text) == (0, "image onramp-t:latest\ndirectory t\n")


def test_a_stopped_daemon_is_told_in_dockers_words(link: SshTransport) -> None:
    stop = Command("systemctl stop docker.socket docker", as_root=True)
    assert link.run(stop).ok
    try:
        outcome = checks.perform(Check("snapshot"), link)
        assert outcome.exit_code == 1
        assert "docker.sock" in outcome.stderr
    finally:
        assert link.run(replace(stop, script="systemctl start docker.socket docker")).ok


def test_docker_host_of_the_login_is_put_aside(link: SshTransport) -> None:
    spoilt = "export DOCKER_HOST=tcp://127.0.0.1:1; export DOCKER_CONTEXT=nowhere; "

    class Spoilt:
        def stream(self, script: str, *, as_root: bool = False):  # type: ignore[no-untyped-def]
            return link.stream(spoilt + script, as_root=as_root)

    with engine.connected(Spoilt()) as api:
        assert isinstance(engine.snapshot(api), Snapshot)


def test_a_single_session_is_enough(link: SshTransport) -> None:
    """MaxSessions 1: engine, command, tunnel and upload one after another, many times."""
    narrow = "echo 'MaxSessions 1' > /etc/ssh/sshd_config.d/one.conf && systemctl reload ssh"
    assert link.run(Command(narrow, as_root=True)).ok
    time.sleep(0.5)  # sshd starts itself anew
    link.reopen()
    for _ in range(10):
        assert checks.perform(Check("snapshot"), link).ok
        assert link.run(Command("true")).ok
        assert link.upload(Upload("~/many", {"a": b"b"})).ok
        checks.perform(Check("http", {"port": 8000, "within_s": 0}), link)
