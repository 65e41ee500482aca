"""A reader who sees only report.md gets from nothing to the stack: tried on a fresh host.

The report of a run is the only source: its blocks are read by a Markdown parser and typed, as they
stand, into an SSH session of the newcomer's on another host of the same kind.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from drive import inventory, invoke, lab, named, on
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost
from onramp.reports.form import by_hand

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
DISTRIBUTION = {"onramp": {"docker": {"method": "distribution"}}}
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "debian-12": ("debian-12", {}),
    "debian-12-sysv": ("debian-12-sysv", {}),
    "debian-13": ("debian-13", {}),
    "distribution": ("debian-13", DISTRIBUTION),
}
# The way with the most to type, and all of them where they are asked for.
TRIED = list(WAYS) if os.environ.get("ONRAMP_BY_HAND") == "all" else ["debian-12-sysv"]


@dataclass(frozen=True)
class Told:
    """One numbered thing the report tells to do, and the blocks to copy below it."""

    title: str
    blocks: tuple[str, ...]


def told(report: str) -> list[Told]:
    """What stands below the heading, up to the next one of its rank."""
    tokens = MarkdownIt("commonmark").enable("table").parse(report)
    found: list[tuple[str, list[str]]] = []
    within = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            within = tokens[place + 1].content == by_hand.TITLE
        elif within and token.type == "heading_open":
            found.append((tokens[place + 1].content, []))
        elif within and token.type == "fence":
            found[-1][1].append(token.content)
    return [Told(title, tuple(blocks)) for title, blocks in found]


def sessions(steps: list[Told]) -> list[str]:
    """What is typed in one login each; a new one where the report says so."""
    typed = [""]
    for step in steps:
        if "Log out and log in again" in step.title:
            typed.append("")
        typed[-1] += "".join(step.blocks)
    return typed


def typed(host: LabHost, lines: str) -> str:
    """What the newcomer's login shows; the first line that fails ends it, and the test."""
    words = [
        "ssh", "-o", f"UserKnownHostsFile={host.known_hosts}", "-o", "BatchMode=yes",
        "-i", str(host.private_key), f"{host.user}@{host.address}", "bash -le",
    ]  # fmt: skip
    done = subprocess.run(
        words, input=lines, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, f"{lines}\n--- said:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def answer(host: LabHost) -> str:
    """The page from outside, as soon as there is one."""
    for _ in range(30):
        try:
            with urllib.request.urlopen(f"http://{host.address}:8000/", timeout=10) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(1)
    return ""


@pytest.fixture(scope="module", params=TRIED)
def way(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """An image, and the variables of the host that is evaluated."""
    return WAYS[request.param]


@pytest.fixture(scope="module")
def report(way: tuple[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> str:
    """report.md of a run on a host that is gone by now."""
    folder = tmp_path_factory.mktemp("run")
    name = named("byhand-run")
    image, variables = way
    flag = inventory(folder, {name: lab(image, **variables)})
    ended = invoke("evaluate", flag, folder=folder, within_s=500)
    assert ended.code == 0, ended.said
    return Path(ended.folder, "hosts", name, "report.md").read_text()


@pytest.fixture(scope="module")
def fresh(way: tuple[str, dict[str, Any]]) -> Iterator[LabHost]:
    there, name = Lab(), named("byhand-fresh")
    there.down([name])
    try:
        yield there.up(way[0], name=name)
    finally:
        there.down([name])


def test_the_report_alone_leads_to_the_stack_and_back(report: str, fresh: LabHost) -> None:
    steps = told(report)
    titles = [step.title for step in steps]
    works = next(place for place, title in enumerate(titles) if "See that it works" in title)
    for lines in sessions(steps[: works + 1]):
        said = typed(fresh, lines)
    if "curl" in steps[works].blocks[0]:  # some hosts have none, and are told so
        assert "Hello World" in said
    assert "Hello World" in answer(fresh)
    assert on(fresh, "docker ps -q").strip()

    assert any(re.search(r"\bdown -v$", block, re.M) for block in steps[works + 1].blocks)
    for lines in sessions(steps[works + 1 :]):  # another day, another login
        typed(fresh, lines)
    assert on(fresh, "docker ps -aq; docker volume ls -q; docker image ls -q") == ""
    assert on(fresh, f"find ~{fresh.user} -name app.py") == ""
    with pytest.raises(OSError, match=r"refused|timed out"):
        urllib.request.urlopen(f"http://{fresh.address}:8000/", timeout=10)
