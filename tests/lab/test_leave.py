"""`ask` and `human` remedies never run without leave: the host's own audit of commands says so.

The audit is strace on the host's sshd: every program that anything behind a login starts, with
its arguments, as the kernel saw it. It also shows the remedy where leave was given, so that it
would have been seen.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drive import inventory, invoke, lab, named, pains
from onramp.model.host import Host
from onramp.pains import catalogue
from onramp.pipeline.reproduce import recipes
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost, root_shell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
AUDIT = "/var/log/execve"
WATCH = f"""
apt-get update -q && apt-get install -y -q strace || exit 1
setsid strace -f -qq -s 2000 -e trace=execve -o {AUDIT} -p "$(pgrep -o -x sshd)" \\
    >/dev/null 2>&1 </dev/null &
sleep 1; pgrep -x strace
"""
CALL = re.compile(r'execve\("[^"]*", (\[.*\]), 0x\S+ /\* \d+ vars? \*/\) = 0$')
CASES = {  # how the remedy's own command begins
    "unit-masked": ("systemctl", "unmask"),
    "distro-docker-installed": ("apt-get", "remove"),
    "tls-intercepted-corporate-ca": ("update-ca-certificates",),
}


@pytest.fixture
def watched(request: pytest.FixtureRequest) -> Iterator[LabHost]:
    """A host in the condition of a pain point, whose logins are traced."""
    pain = catalogue()[request.param]
    assert pain.recipe
    there = Lab()
    name = named("leave-host")
    there.down([name])
    booted = there.up("debian-12", name=name)
    host = Host(name, booted.address, provider="lab", image="debian-12")
    given = {"REPOSITORY": there.mirror().repository}
    given |= recipes.services(pain.recipe, there, print)
    code, out, err = root_shell(booted, WATCH, timeout_s=120)
    assert code == 0, err
    recipes.apply(pain.recipe, host, "connect", recipes.inside(there, name), given)
    yield booted
    there.down([name])


def started(host: LabHost) -> list[list[str]]:
    """Every program started behind a login so far, with its arguments."""
    _, text, _ = root_shell(host, f"cat {AUDIT}")
    calls = (CALL.search(line) for line in text.splitlines())
    return [ast.literal_eval(call[1]) for call in calls if call and "..." not in call[1]]


def ran(host: LabHost, words: tuple[str, ...]) -> bool:
    """Whether a program was started with these words, options aside."""
    for program, *arguments in started(host):
        plain = [word for word in arguments if not word.startswith("-")]
        if (Path(program).name, *plain[: len(words) - 1]) == words:
            return True
    return False


@pytest.mark.parametrize(("watched", "pain"), [(p, p) for p in CASES], indirect=["watched"])
def test_nothing_runs_without_leave(watched: LabHost, pain: str, tmp_path: Path) -> None:
    recipe, remedy = catalogue()[pain].recipe, catalogue()[pain].remedy
    assert recipe
    assert remedy
    settings = {"docker": {"repository": "https://download.docker.com/linux"}}
    variables = {"onramp": settings} if "docker.repository" in recipe.settings else {}
    flag = inventory(tmp_path, {watched.name: lab(**variables)})
    refused = invoke("provision", flag, folder=tmp_path / "without")
    assert refused.code == 2, refused.said
    assert pains(refused.report(watched.name))[pain] == "needs-human"
    assert ran(watched, ("sudo",)) or ran(watched, ("docker", "version")) or started(watched)
    assert not ran(watched, CASES[pain])

    allowed = invoke("provision", flag, f"--allow={pain}", folder=tmp_path / "with")
    if remedy.kind == "ask":
        assert pains(allowed.report(watched.name))[pain] == "remedied", allowed.said
        assert ran(watched, CASES[pain])
    else:  # leave makes no difference where a person has to act
        assert not ran(watched, CASES[pain])
