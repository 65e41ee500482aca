"""Recipes on real lab hosts: met, led by their own name, nothing else beside, cured where safe.

A few of them by default, one for each way a journey can end; ONRAMP_RECIPES=all runs every recipe
on every image it names (about three quarters of an hour on two cores).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import onramp.pains
from onramp.model.pain import PainPoint
from onramp.pipeline.reproduce import reproduction
from onramp.pipeline.reproduce.reproduction import ReproduceOptions
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.plugins import collect
from onramp.providers.lab.embedded_lab import Lab
from replayed import assert_agrees

PAINS = collect(onramp.pains, PainPoint)
A_FEW = {
    "ssh-permission-denied-publickey": "debian-12-sysv",  # nobody gets in
    "sudo-password-required": "debian-13",  # the first command as root
    "unsupported-distribution": "debian-12",  # foreseen, nothing is changed
    "tls-intercepted-corporate-ca": "debian-13",  # left to a person
    "unit-masked": "debian-12",  # an `ask` remedy without leave
    "apt-missing-gpg-key": "debian-13",  # planned anew, and passed
    "group-added-session-stale": "debian-12-sysv",  # told apart by a probe, and passed
}


def cases() -> list[tuple[str, str]]:
    if os.environ.get("ONRAMP_RECIPES") != "all":
        return sorted(A_FEW.items())
    return [
        (name, image)
        for name, pain in sorted(PAINS.items())
        for image in (pain.recipe.images if pain.recipe else ())
    ]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Reproduction]:
    found = reproduction.run_each(cases(), ReproduceOptions(tmp_path_factory.mktemp("runs")))
    return {(verdict.id, verdict.image): verdict for verdict in found}


@pytest.mark.parametrize(("pain", "image"), cases())
@pytest.mark.timeout(7200)
def test_a_recipe_is_met_led_and_cured(
    pain: str, image: str, verdicts: dict[tuple[str, str], Reproduction]
) -> None:
    verdict = verdicts[pain, image]
    assert verdict.faults == ()
    assert verdict.met
    assert verdict.led
    assert verdict.besides == ()
    assert verdict.unexplained == ()
    assert verdict.cured is not False


@pytest.mark.parametrize(("pain", "image"), cases())
def test_the_run_diagnosed_again_says_what_it_said(
    pain: str, image: str, verdicts: dict[tuple[str, str], Reproduction]
) -> None:
    assert_agrees(Path(verdicts[pain, image].report).parent)


def test_nothing_is_left_up(verdicts: dict[tuple[str, str], Reproduction]) -> None:
    up = [host.name for host in Lab().hosts()]
    assert not [name for name in up for pain, image in verdicts if name == f"{pain}-{image}"]
