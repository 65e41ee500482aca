"""The pages of a run just made: six lab hosts, two of them broken on purpose, one out of reach.

It takes about five minutes, so it is asked for: ONRAMP_PAGES=lab ./invoke test --only=browser
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drive import Ended, Started, inventory, lab, named, pains
from onramp.model.host import Host
from onramp.pains import catalogue
from onramp.pipeline.reproduce import recipes
from onramp.providers.lab.embedded_lab import Lab
from test_pages_in_chromium import (  # noqa: F401  (the same tests, on other pages)
    test_a_page_opens_from_disk_asks_for_nothing_and_complains_of_nothing,
    test_every_link_leads_somewhere,
    test_no_page_is_wider_than_a_phone,
    test_print_has_the_evidence_and_no_tools,
    watched,
)
from test_pages_in_chromium import test_axe_finds_nothing_serious as test_axe  # noqa: F401

pytestmark = pytest.mark.skipif(
    os.environ.get("ONRAMP_PAGES") != "lab", reason="asked for by ONRAMP_PAGES=lab"
)
NOBODY = "198.19.255.250"  # in the lab's range, and far above any address it gives out
BROKEN = {named("fault-locked"): "apt-lock-held", named("fault-unreadable"): "daemon-json-invalid"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    folder = tmp_path_factory.mktemp("lab-run")
    machine = Lab()
    broken = [machine.up("debian-12", name=name) for name in BROKEN]
    try:
        for host in broken:
            recipe = catalogue()[BROKEN[host.name]].recipe
            assert recipe
            at = Host(host.name, host.address, provider="lab")
            given = {"REPOSITORY": machine.mirror(print).repository}
            recipes.apply(recipe, at, "connect", recipes.inside(machine, host.name), given)
        hosts = {
            "debian-12": lab(),
            "debian-13": lab("debian-13"),
            "debian-12-sysv": lab("debian-12-sysv"),
            **{name: lab() for name in BROKEN},
            "nobody": {"ansible_host": NOBODY},
        }
        yield Started("evaluate", inventory(folder, hosts), folder=folder).end(900)
    finally:
        machine.down([host.name for host in broken])


@pytest.fixture(scope="module")
def index(run: Ended) -> Path:
    return run.folder / "index.html"


@pytest.fixture(scope="module")
def pages(index: Path) -> list[Path]:
    return [index, *sorted(index.parent.glob("hosts/*/report.html"))]


def test_the_run_is_what_it_was_meant_to_be(run: Ended, pages: list[Path]) -> None:
    assert run.code == 4, run.said
    assert len(pages) == 7
    statuses = {name: run.report(name)["status"] for name in ("debian-12", "nobody", *BROKEN)}
    locked, unreadable = BROKEN
    assert statuses == {
        "debian-12": "passed",
        "nobody": "unreachable",
        locked: "passed",
        unreadable: "failed",
    }
    assert pains(run.report(locked))["apt-lock-held"] == "remedied"
    assert pains(run.report(unreadable))["daemon-json-invalid"] == "needs-human"
