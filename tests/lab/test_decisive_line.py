"""The excerpt of a failure holds the line that says why, wherever it stands.

Each case is a trouble whose last words say only that something failed: the reason stands further
up, in a service's log, or in what the engine answers when it is asked. A few by default;
ONRAMP_RECIPES=all runs every one.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conditions import brought_about
from onramp.evidence.replay import host_run
from onramp.evidence.stored_events import read_events
from onramp.model.pain import Recipe
from onramp.pipeline.reproduce.verdicts import Reproduction

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
SCRIPT, ANSWERS, ILL = "package-script-failed", "application-error", "service-unhealthy"


def package(changed: str) -> Recipe:
    """A team's own build of a package that the engine needs, in a repository of the host's."""
    return Recipe(
        ("debian-13",),
        f"""cd /tmp && apt-get update -q && apt-get download iptables &&
dpkg-deb -R iptables_*.deb own && sed -i 's/^Version: .*/&+own1/' own/DEBIAN/control &&
{changed} && chmod 0755 own/DEBIAN/p* && mkdir /srv/own && cd /srv/own &&
dpkg-deb -b /tmp/own iptables.deb && {{ dpkg-deb -f iptables.deb
printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n' iptables.deb "$(stat -c %s iptables.deb)" \\
    "$(sha256sum iptables.deb | cut -d ' ' -f 1)"; }} > Packages &&
echo 'deb [trusted=yes] file:/srv/own ./' > /etc/apt/sources.list.d/own.list""",
    )


def redis(options: str) -> Recipe:
    """Redis, started with further options."""
    command = "redis-server --appendonly yes"
    started = (command, f"{command} {options}")
    return Recipe(("debian-13",), starts="ready", stack={"docker-compose.yml": started})


def health(check: str) -> Recipe:
    """The page waits for redis to be healthy, as this check has it."""
    waits = "      redis: {condition: service_healthy}\n\n  redis:\n    healthcheck: "
    return Recipe(
        ("debian-13",),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "      - redis\n\n  redis:\n",
                f"{waits}{{test: {check}, interval: 1s, timeout: 1s, retries: 3}}\n",
            )
        },
    )


TESTED = """FROM python:3.12-alpine AS tested
COPY app.py .
RUN printf 'import unittest\\nclass Greeting(unittest.TestCase):\\n    def test_it(self):\\n\
        self.assertIn("Hello Moon", open("app.py").read())\\n' > test_app.py
RUN python -m unittest

FROM python:3.12-alpine AS documented
RUN sleep 30; touch app.html

FROM python:3.12-alpine
COPY --from=tested app.py .
COPY --from=documented app.html .
CMD ["python", "app.py"]
"""
HELLO = '    return f"Hello World!'
CASES: dict[str, tuple[Recipe, str, str]] = {  # with the pain point, and words of that line
    "postinst-misses-a-file": (
        package("sed -i '1a set -e; cp /etc/iptables/rules.v4 /var/backups' own/DEBIAN/postinst"),
        SCRIPT,
        "cp: cannot stat '/etc/iptables/rules.v4'",
    ),
    "preinst-refuses": (
        package(
            "printf '#!/bin/sh\\necho firewall: not while ufw rules are in force >&2\\nexit 1\\n'"
            " > own/DEBIAN/preinst"
        ),
        SCRIPT,
        "not while ufw rules are in force",
    ),
    "file-is-a-mount-point": (
        Recipe(
            ("debian-13",),
            "rm -f /etc/localtime && touch /etc/localtime &&"
            " mount --bind /etc/localtime /etc/localtime && apt-get update -q &&"
            " ! apt-get install -y -q tzdata",
        ),
        SCRIPT,
        "Device or resource busy",
    ),
    "trigger-fails": (
        Recipe(("debian-13",), "mount --bind /etc/ld.so.cache /etc/ld.so.cache"),
        SCRIPT,
        "/etc/ld.so.cache",
    ),
    "redis-refuses-strangers": (
        redis("--protected-mode yes"),
        ANSWERS,
        "DENIED Redis is running in protected mode",
    ),
    "redis-wants-a-password": (
        redis("--requirepass sesame"),
        ANSWERS,
        "redis.exceptions.AuthenticationError: ",
    ),
    "redis-has-no-memory-left": (redis("--maxmemory 1"), ANSWERS, "OutOfMemoryError: command not"),
    "page-reads-a-file-that-is-not-there": (
        Recipe(
            ("debian-13",),
            starts="ready",
            stack={"app.py": (HELLO, f"    open('/run/secrets/greeting')\n{HELLO}")},
        ),
        ANSWERS,
        "FileNotFoundError: [Errno 2] No such file or directory: '/run/secrets/greeting'",
    ),
    "a-stage-of-many-fails": (
        Recipe(("debian-13",), starts="ready", stack={"Dockerfile": TESTED}),
        "",
        "AssertionError: 'Hello Moon' not found",
    ),
    "check-calls-what-the-image-lacks": (
        health("[CMD, curl, -f, 'http://localhost:6379']"),
        ILL,
        'exec: "curl": executable file not found',
    ),
    "check-asks-another-port": (
        health("redis-cli -p 6380 ping"),
        ILL,
        "Could not connect to Redis at 127.0.0.1:6380",
    ),
    "check-is-too-slow": (health("sleep 5"), ILL, "Health check exceeded timeout (1s)"),
}
A_FEW = ("trigger-fails", "a-stage-of-many-fails", "check-calls-what-the-image-lacks")


def cases() -> list[str]:
    return [*CASES] if os.environ.get("ONRAMP_RECIPES") == "all" else [*A_FEW]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reproduction]:
    recipes = {name: CASES[name][0] for name in cases()}
    return brought_about(recipes, tmp_path_factory.mktemp("runs"), prefix="d", phase="verify")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", cases())
def test_the_excerpt_says_why(name: str, verdicts: dict[str, Reproduction]) -> None:
    _, pain, decisive = CASES[name]
    verdict = verdicts[name]
    assert verdict.faults == ()
    assert verdict.status == "failed"
    run = host_run(read_events(Path(verdict.report).parent / "events.jsonl"))
    led = [(found.pain, found.evidence) for found in run.findings if found.outcome != "noted"]
    led += [("", one.evidence) for one in run.unexplained]
    assert [named for named, _ in led] == [pain]
    assert decisive in led[0][1].excerpt
