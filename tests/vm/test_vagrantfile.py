"""The shipped Vagrantfile, as Vagrant itself reads it; and a user's own, for @vagrant."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from onramp.journey import platforms
from onramp.providers.vm import machine_prerequisites
from places import ROOT


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    machine_prerequisites.require()
    return tmp_path_factory.mktemp("vagrant.d")


def vagrant(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VAGRANT_HOME": str(home), "VAGRANT_CHECKPOINT_DISABLE": "1", **more}
    return subprocess.run(
        ["vagrant", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def names(home: Path, **more: str) -> list[str]:
    told = vagrant(home, "status", "--machine-readable", **more)
    rows = [line.split(",") for line in told.stdout.splitlines()]
    return [row[1] for row in rows if row[2:3] == ["state"]]


def test_it_is_valid(home: Path) -> None:
    told = vagrant(home, "validate")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "validated successfully" in told.stdout


def test_every_supported_system_has_a_machine_or_can_be_given_a_box(home: Path) -> None:
    boxless = {
        "ONRAMP_BOX_RHEL_9": "x/y",
        "ONRAMP_BOX_SLES_15": "x/y",
        "ONRAMP_BOX_RASPBIAN": "x/y",
    }
    found = {name.split("-")[0] for name in names(home, **boxless)}
    spelled = {"suse": "opensuse"}
    wanted = {spelled.get(name, name) for name in platforms.drivers()}
    assert wanted <= found
    assert "rhel-9" not in names(home)
