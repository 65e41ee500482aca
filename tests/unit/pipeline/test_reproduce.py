"""The verdict on a reproduced pain point is read off the host's run, and nothing else."""

from __future__ import annotations

import json

import pytest

import onramp.pains
from onramp.errors import UsageError
from onramp.model.pain import VM, Evidence, Finding, PainOutcome, PainPoint
from onramp.model.run import HostRun, HostStatus
from onramp.pipeline.reproduce import verdicts
from onramp.pipeline.reproduce.reproduction import choice
from onramp.plugins import collect
from onramp.text.json_text import indented

PAINS = collect(onramp.pains, PainPoint)
MASKED = PAINS["unit-masked"]


def finding(pain: str, outcome: PainOutcome = "remedied", *consequences: str) -> Finding:
    seen = Evidence("docker version", 1, "…")
    return Finding(pain, "start-daemon", "encountered", seen, outcome=outcome,
                   consequences=consequences)  # fmt: skip


def verdict(
    *findings: Finding, status: HostStatus = "passed", remedy: bool = True
) -> verdicts.Reproduction:
    run = HostRun("host", "198.18.0.9", status, findings=findings, total_s=12.345)
    return verdicts.verdict(MASKED, "debian-12", run, catalogue=PAINS, remedy=remedy)


def test_a_clean_host_shows_what_needs_no_recipe() -> None:
    assert verdicts.clean("debian-13", PAINS) == {
        "docker-sock-permission-denied",
        "pip-root-warning",
        "redis-overcommit-warning",
        "stop-timeout-sigkill",
    }
    assert verdicts.clean("debian-12-sysv", PAINS) - verdicts.clean("debian-12", PAINS) == {
        "no-systemd",
        "daemon-not-running",
    }


def test_a_virtual_machine_shows_what_the_labs_host_does() -> None:
    assert verdicts.clean("vagrant:debian-13", PAINS) == verdicts.clean("debian-13", PAINS)


def test_virtual_machines_are_taken_where_they_are_named() -> None:
    both = "memory-cgroup-disabled"
    assert (both, "debian-13") in choice([both], ())
    assert not [image for _, image in choice([both], ()) if image.startswith(VM)]
    assert choice([both], ["vagrant:debian-13"]) == [(both, "vagrant:debian-13")]


def test_what_needs_a_kernel_of_its_own_says_where_it_can_be_caused() -> None:
    with pytest.raises(UsageError) as error:
        choice(["kernel-modules-missing-after-upgrade"], ())
    assert error.value.resolution == "--on=vagrant:debian-13"


def test_met_led_and_cured() -> None:
    found = verdict(finding("unit-masked"), finding("docker-sock-permission-denied"))
    assert (found.met, found.led, found.cured, found.besides) == (True, True, True, ())
    assert found.seconds == 12.3


def test_what_neither_the_image_nor_the_pain_point_explains_is_besides() -> None:
    found = verdict(finding("unit-masked", "remedied", "daemon-not-running"), finding("no-systemd"))
    assert found.besides == ("no-systemd",)


def test_met_as_a_consequence_is_not_led() -> None:
    found = verdict(finding("daemon-json-invalid", "remedied", "unit-masked"))
    assert (found.met, found.led) == (True, False)


@pytest.mark.parametrize(
    ("outcome", "status", "remedy", "cured"),
    [
        ("remedied", "passed", True, True),
        ("remedied", "failed", True, False),
        ("unresolved", "failed", True, False),
        ("needs-human", "failed", True, None),
        ("unresolved", "failed", False, None),
    ],
)
def test_cured_is_unknown_where_no_remedy_ran(
    outcome: PainOutcome, status: HostStatus, remedy: bool, cured: bool | None
) -> None:
    assert verdict(finding("unit-masked", outcome), status=status, remedy=remedy).cured is cured


def test_the_json_has_the_keys_of_the_contract() -> None:
    (found,) = json.loads(indented([verdict(finding("unit-masked"))]))
    assert {"id", "image", "met", "led", "cured", "seconds"} <= set(found)
