"""A host at the other end of a long line: a round trip is paid a few times, not often."""

from __future__ import annotations

import statistics
from pathlib import Path

from drive import inventory, invoke, steps
from onramp.providers.lab.lab_host import LabHost
from slow_link import slow_link
from test_lab_hosts import pytestmark

__all__ = ["pytestmark"]

ROUND_TRIP_S = 0.15
MOST = 12  # round trips of `provision` on a host that is set up already, connecting included
RUNS = 3


def seconds(host: LabHost, port: int, folder: Path) -> float:
    """What `provision` takes where all of it holds, by its own report."""
    there = {
        "ansible_host": host.address if port == host.port else "127.0.0.1",
        "ansible_port": port,
        "ansible_user": host.user,
        "ansible_ssh_private_key_file": str(host.private_key),
        "ansible_ssh_common_args": f"-o UserKnownHostsFile={folder}/known",
    }
    flag = inventory(folder, {"far": there})
    ended = invoke("provision", flag, "--host-keys=accept-new", folder=folder)
    assert ended.code == 0, ended.said
    report = ended.report("far")
    assert "changed" not in steps(report).values()
    return float(report["timings"]["total_s"])


def test_a_provisioned_host_takes_a_dozen_round_trips(ready: LabHost, tmp_path: Path) -> None:
    near = [seconds(ready, ready.port, tmp_path / f"near{n}") for n in range(RUNS)]
    with slow_link(ready.address, ready.port, one_way_s=ROUND_TRIP_S / 2) as port:
        far = [seconds(ready, port, tmp_path / f"far{n}") for n in range(RUNS)]
    trips = (statistics.median(far) - statistics.median(near)) / ROUND_TRIP_S
    assert trips <= MOST, f"{trips:.1f} round trips: {near} near, {far} far"
