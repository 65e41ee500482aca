"""The build's pain points: who is to blame when a registry is not reached, and what is edited."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from test_pains import HELLO, attempt, cure_of, leading, situation, with_facts

from onramp.model.action import Command, Outcome, Upload
from onramp.model.pain import RemedyPlan
from onramp.model.unknown import UNKNOWN

HUB = 'failed to do request: Head "https://registry-1.docker.io/v2/": '
TIMEOUT = f"{HUB}dial tcp 192.0.2.7:443: i/o timeout"
HANDSHAKE = f"{HUB}net/http: TLS handshake timeout"
NO_ROUTE = f"{HUB}dial tcp 192.0.2.7:443: connect: network is unreachable"
OFFLINE = {"daemon_dns_or_network_failure": "000\n"}
PROXY = {"proxy_env": {"https_proxy": "http://proxy.example.com:3128"}}
PIP = "#9 17.1 WARNING: Retrying after connection broken by Read timed out. (read timeout=15)"


@pytest.mark.parametrize(
    ("words", "facts", "probes", "expected"),
    [
        (TIMEOUT, {}, OFFLINE, "daemon-dns-or-network-failure"),
        (TIMEOUT, PROXY, {**OFFLINE, "proxy_not_passed": "daemon:\n"}, "proxy-not-passed"),
        (TIMEOUT, PROXY, {**OFFLINE, "proxy_not_passed": "daemon:http://p:1\n"},
         "daemon-dns-or-network-failure"),
        (TIMEOUT, {}, {**OFFLINE, "registry_mirror_misconfigured": "000 http://m.example/\n"},
         "registry-mirror-misconfigured"),
        (TIMEOUT, {}, {**OFFLINE, "registry_mirror_misconfigured": "200 http://m.example/\n"},
         "daemon-dns-or-network-failure"),
        (HANDSHAKE, {}, {"mtu_black_hole": "uplink 1400\ndocker0 1500\n"}, "mtu-black-hole"),
        (HANDSHAKE, {}, {"mtu_black_hole": "uplink 1500\ndocker0 1500\n"},
         "daemon-dns-or-network-failure"),
        (PIP, {}, {"mtu_black_hole": "uplink 1500\ndocker0 1500\n"}, "pip-timeout-or-hash"),
        (NO_ROUTE, {}, {"ipv6_only_host": "--\ndefault via fe80::1 dev eth0\n"}, "ipv6-only-host"),
        (NO_ROUTE, {}, {"ipv6_only_host": "--\n"}, "daemon-dns-or-network-failure"),
        (f"{HUB}proxyconnect tcp: dial tcp: lookup proxy on 192.0.2.53:53: no such host", {},
         OFFLINE, "proxy-not-passed"),
        ('process "/bin/sh -c pip instal flask" did not complete successfully: exit code: 1', {},
         {}, None),
        ("dockerfile parse error on line 3: unknown instruction: RUNN", {}, {}, None),
    ],
)  # fmt: skip
def test_a_registry_out_of_reach_is_blamed_on_what_is_proven(
    words: str, facts: dict[str, object], probes: dict[str, str], expected: str | None
) -> None:
    assert leading(attempt("build", words), situation(with_facts(**facts)), **probes) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("engine 20.10.5\n[name=seccomp,profile=default]\n", "seccomp-clone3-eperm"),
        ("engine 24.0.7\n[name=seccomp,profile=default]\nlibseccomp 2.3.3-4\n",
         "seccomp-clone3-eperm"),
        ("engine 28.5.2\n[name=seccomp,profile=/etc/old.json]\n", "seccomp-clone3-eperm"),
        ("engine 28.5.2\n[name=seccomp,profile=builtin name=cgroupns]\nlibseccomp 2.5.4\n", None),
    ],
)  # fmt: skip
def test_threads_are_refused_by_an_old_filter_and_by_no_other(
    said: str, expected: str | None
) -> None:
    failed = attempt("verify", "RuntimeError: can't start new thread")
    assert leading(failed, situation(), seccomp_clone3_eperm=said) == expected


def edited(cure: RemedyPlan | None) -> object:
    """The daemon.json that a cure writes."""
    assert cure
    edit = cure.actions[0]
    assert isinstance(edit, Command)
    return json.loads(edit.script.partition("printf '%s\\n' '")[2].partition("' >")[0])


def test_a_dead_mirror_leaves_daemon_json_and_nothing_else_does() -> None:
    dead, alive = "http://dead.example:5000", "http://alive.example"
    before = {"registry-mirrors": [dead, alive], "debug": True}
    at = situation(with_facts(daemon_json=json.dumps(before)))
    at = replace(at, probe=Outcome("probe", 0, f"000 {dead}/\n200 {alive}/\n"))
    after = edited(cure_of("registry-mirror-misconfigured", at))
    assert after == {"registry-mirrors": [alive], "debug": True}


def test_the_daemon_is_told_the_login_s_proxy() -> None:
    env = {"HTTPS_PROXY": "http://p.example:3128", "no_proxy": "localhost", "ftp_proxy": "x"}
    cure = cure_of("proxy-not-passed", situation(with_facts(proxy_env=env)))
    told = {"https-proxy": "http://p.example:3128", "no-proxy": "localhost"}
    assert edited(cure) == {"proxies": told}


@pytest.mark.parametrize("found", [UNKNOWN, "{broken", "[]"])
def test_a_daemon_json_nobody_understands_is_left_alone(found: object) -> None:
    at = situation(with_facts(daemon_json=found))
    at = replace(at, probe=Outcome("probe", 0, "uplink 1400\ndocker0 1500\n"))
    assert cure_of("mtu-black-hole", at) is None


@pytest.mark.parametrize(
    ("words", "helps"),
    [
        ("failed to read dockerfile: open Dockerfile: no such file or directory", True),
        ('failed to calculate checksum of ref 5f::w2: "/app.py": not found', True),
        ('failed to calculate checksum of ref 5f::w2: "/secret.txt": not found', False),
    ],
)
def test_files_are_copied_again_where_the_stack_has_them(words: str, helps: bool) -> None:
    at = replace(situation(), stack=HELLO, attempt=attempt("build", words))
    cure = cure_of("dockerfile-not-found", at)
    assert (cure is not None) == helps
    if cure:
        upload = cure.actions[0]
        assert isinstance(upload, Upload)
        assert upload.directory == "~/onramp/hello-world"


@pytest.mark.parametrize(
    ("packages", "codename", "installs"),
    [
        ({"docker-ce-cli": "28"}, "bookworm", "docker-buildx-plugin"),
        ({"docker.io": "26"}, "trixie", "docker-buildx"),
        ({"docker.io": "20"}, "bookworm", None),
    ],
)
def test_buildx_comes_from_where_the_engine_came_from(
    packages: dict[str, str], codename: str, installs: str | None
) -> None:
    at = situation(with_facts(packages=packages, os_codename=codename))
    cure = cure_of("buildx-missing", at)
    assert (cure is not None) == bool(installs)
    assert not cure or cure.actions[-1].shown.endswith(f" {installs}")


@pytest.mark.parametrize(("number", "waits"), [(1, True), (3, False)])
def test_a_timeout_is_waited_for_and_not_for_ever(number: int, waits: bool) -> None:
    at = replace(situation(), attempt=attempt("build", TIMEOUT, number=number))
    assert (cure_of("daemon-dns-or-network-failure", at) is not None) == waits
    slow = replace(situation(), attempt=attempt("build", PIP, number=number))
    assert (cure_of("pip-timeout-or-hash", slow) is not None) == waits
