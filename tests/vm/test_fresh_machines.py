"""The whole way on fresh virtual machines, from nothing to a page that answers and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vagrant_machines import left, onramp

IMAGES = ("debian-13", "alpine-3.23")


Told = dict[str, dict[str, Any]]  # report.json by image


def evaluated(kind: str, folder: Path) -> Told:
    """What `evaluate` tells of a fresh host of each image; they pass, and are gone."""
    before = left()
    hosts = ",".join(f"{kind}:{image}" for image in IMAGES)
    ended = onramp("evaluate", f"--hosts={hosts}", f"--runs={folder}", "--verbose")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert left() <= before
    return {
        image: json.loads((folder / "latest/hosts" / image / "report.json").read_text())
        for image in IMAGES
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="module")
def in_machines(folder: Path) -> Told:
    return evaluated("vagrant", folder / "vm")


@pytest.fixture(scope="module")
def in_the_lab(folder: Path) -> Told:
    return evaluated("lab", folder / "lab")


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("image", IMAGES)
def test_it_passes_in_a_machine_of_its_own(image: str, in_machines: Told, folder: Path) -> None:
    assert in_machines[image]["status"] == "passed"
    text = (folder / "vm/latest/hosts" / image / "report.md").read_text()
    assert "a virtual machine: libvirt, " in text
    assert f"box onramp/{image}, made here, sha256 " in text


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("image", IMAGES)
def test_a_machine_and_a_lab_host_of_one_image_tell_the_same(
    image: str, in_machines: Told, in_the_lab: Told
) -> None:
    """But for what docs/vm-and-lab.md tells."""
    machine, host = in_machines[image], in_the_lab[image]
    for part, key in (("steps", "status"), ("pain_points", "outcome")):
        assert [(row["id"], row[key]) for row in machine[part]] == [
            (row["id"], row[key]) for row in host[part]
        ]
    assert machine["unexplained"] == host["unexplained"] == []


@pytest.mark.timeout(7200)
def test_a_snapshot_gives_a_clean_machine_again(tmp_path: Path) -> None:
    before = left()
    words = ("--hosts=vagrant:alpine-3.23", f"--runs={tmp_path}", "--reset=snapshot")
    first = onramp("provision", *words)
    assert first.returncode == 0, first.stdout + first.stderr
    again = onramp("evaluate", "--check", *words)
    assert again.returncode == 0, again.stderr
    facts = json.loads(max(tmp_path.glob("2*/hosts/alpine-3.23/facts.json")).read_text())
    assert facts["docker_group"] is False  # the first run had made one
    assert onramp("vm.down").returncode == 0
    assert left() <= before
