"""A lab host is restarted for real: its init ends and begins anew, and Docker does what it does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from drive import SHORT, inventory, invoke, lab, named, on, pains, stack, steps
from onramp.model.action import Outcome
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import banner, root_shell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
# one that starts with the machine, and one that does not
HALF = {
    **SHORT,
    "docker-compose.yml": SHORT["docker-compose.yml"].replace(
        "    stop_signal", "    restart: unless-stopped\n    stop_signal"
    )
    + "  other:\n    image: python:3.12-alpine\n    command: sleep 1000\n    init: true\n",
}


@pytest.mark.parametrize("image", ["debian-13", "debian-12-sysv", "alpine-3.23"])
def test_restart_policies_after_a_restart_of_the_host(image: str, tmp_path: Path) -> None:
    name = named("reboot")
    ended = invoke(
        "evaluate", inventory(tmp_path, {name: lab(image)}), f"--hosts={name}",
        stack(tmp_path, HALF), "--reboot", folder=tmp_path, within_s=600,
    )  # fmt: skip
    assert ended.code == 0, ended.said
    report = ended.report(name)
    assert steps(report)["reboot"] == "changed"
    assert pains(report)["no-restart-policy"] == "remedied"
    [seen] = [pain for pain in report["pain_points"] if pain["id"] == "no-restart-policy"]
    told = {line.split(":")[0]: line for line in seen["evidence"]["excerpt"].splitlines()}
    assert " running; restart policy unless-stopped: starts" in told["service web"]
    assert "; restart policy no: does not start with the machine" in told["service other"]
    printed = [(ended.folder / "hosts" / name / event["log"]).read_text()
               for event in ended.events(name)
               if event["event"] == "command" and event["step"] == "reboot"]  # fmt: skip
    assert all("process 1 began anew, the kernel went on" in text for text in printed)
    assert len(printed) == 1
    page = (ended.folder / "hosts" / name / "report.md").read_text()
    assert "its kernel went on" in page


def test_what_a_machine_keeps_and_what_it_loses() -> None:
    """Its disk and its address; not its processes, its bridges and what lay in memory."""
    there = Lab()
    name = named("reboot-kept")
    before = there.up("debian-13", name=name, own=True)

    def tell() -> Outcome:
        root_shell(before, "systemctl reboot")
        return Outcome("systemctl reboot", 0)

    try:
        on(before, "echo > /root/kept; echo > /run/gone; ip link add docker9 type bridge; "
           "systemd-run --quiet sleep 987")  # fmt: skip
        there.restart(name, tell)
        after = there.get(name)
        assert after is not None
        assert (after.pid != before.pid, after.address) == (True, before.address)
        deadline = time.monotonic() + 60
        while not banner(after.address, after.port):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        on(after, "[ -e /root/kept ] && [ ! -e /run/gone ] && ! pgrep -f '[s]leep 987'"
           " && ! ip link show docker9 2>/dev/null && ip route | grep -q ^default")  # fmt: skip
    finally:
        there.down([name])
    assert there.get(name) is None


def test_a_host_that_is_not_told_stays_as_it_is() -> None:
    there = Lab()
    name = named("reboot-refused")
    before = there.up("debian-13", name=name, own=True)
    try:
        refused = there.restart(name, lambda: Outcome("reboot", 1, stderr="not allowed"))
        assert refused.exit_code == 1
        assert there.get(name) == before
    finally:
        there.down([name])
