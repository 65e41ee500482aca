"""A controller that dies, at any moment, leaves nothing that `vm.down` does not clear."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from places import ROOT
from vagrant_machines import home, left, onramp

IMAGE = "alpine-3.23"
BOOTS_WITHIN_S = 1500
INTO_IT_S = 0.3  # after the words, so that what they announce has begun
MOMENTS = {
    "adding the box": "Adding box",
    "between": "Successfully added box",
    "boot": "Waiting for domain to get an IP address",
    "provisioning": "Running provisioner",
    "evaluating": "survey the host",
    "destroying": f"{IMAGE}: looks ready",
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.timeout(3600)
def test_a_killed_run_leaves_nothing_after_vm_down(moment: str, tmp_path: Path) -> None:
    before = left()
    shutil.rmtree(home() / "vagrant.d/boxes", ignore_errors=True)
    _killed_at(MOMENTS[moment], tmp_path)
    assert onramp("vm.down").returncode == 0
    assert left() <= before
    (events,) = tmp_path.glob("2*/hosts/*/events.jsonl")
    written = [json.loads(line) for line in events.read_text().splitlines()]
    assert written[0]["event"] == "host"
    run = next(tmp_path.glob("2*"))
    assert onramp("report", f"--run={run}").returncode == 0
    assert IMAGE in (run / "index.md").read_text()


def _killed_at(words: str, runs: Path) -> None:
    """A run that is killed, without a chance to do anything, once it prints these words."""
    log = runs / "printed.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "invoke", "doctor", f"--hosts=vagrant:{IMAGE}",
             f"--runs={runs}", "--verbose"],
            cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT / "harness"), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    deadline = time.monotonic() + BOOTS_WITHIN_S
    while words not in log.read_text(errors="replace"):
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.05)
    time.sleep(INTO_IT_S)
    process.send_signal(signal.SIGKILL)
    process.wait()
