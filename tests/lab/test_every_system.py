"""One host of each system, the whole way: it passes, meets nothing false, and stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drive import Ended, inventory, invoke, lab, pains, steps
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES, TYPICAL
from test_lab_hosts import pytestmark

__all__ = ["pytestmark"]

# what a newcomer meets on any system: the page's own step, and three of the stack's
EVERYWHERE = {
    "docker-sock-permission-denied",
    "pip-root-warning",
    "redis-overcommit-warning",
    "stop-timeout-sigkill",
}
NAMES = {image: f"every-{os.getpid()}-{image}" for image in TYPICAL}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every")


@pytest.fixture(scope="module")
def known(folder: Path) -> Iterator[str]:
    """The hosts, up."""
    there = Lab()
    for image, name in NAMES.items():
        there.up(image, name=name)
    hosts: dict[str, Any] = {name: lab(image) for image, name in NAMES.items()}
    yield inventory(folder, hosts)
    there.down([*NAMES.values()])


@pytest.fixture(scope="module")
def first(known: str, folder: Path) -> Ended:
    return invoke("evaluate", known, "--forks=3", folder=folder / "first", within_s=1500)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("image", TYPICAL)
def test_it_passes_and_meets_nothing_false(image: str, first: Ended) -> None:
    report = first.report(NAMES[image])
    assert report["status"] == "passed", first.said
    assert report["unexplained"] == []
    assert set(pains(report)) == EVERYWHERE
    assert report["versions"]["engine"].startswith("28.")


@pytest.mark.parametrize("image", TYPICAL)
def test_its_report_says_what_it_is(image: str, first: Ended) -> None:
    text = (first.folder / "hosts" / NAMES[image] / "report.md").read_text()
    kind = IMAGES[image].about.partition(":")[0]  # "synthetic", "real userland"
    assert f"{image}: {kind}:" in text if kind else "synthetic" not in text


def test_a_second_run_changes_nothing(known: str, first: Ended, folder: Path) -> None:
    assert first.code == 0
    again = invoke("provision", known, folder=folder / "again")
    assert again.code == 0, again.said
    for name in NAMES.values():
        assert set(steps(again.report(name)).values()) == {"satisfied"}, name
