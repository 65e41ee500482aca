"""Machines for workers: namespaces in the lab's network, each with an address and an sshd.

What goes between one of them and whoever else crosses its own veth pair, which can be cut. The
lock on a folder tells the lab that it is in use; it sweeps what a killed test left behind.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from onramp.model.host import Host
from onramp.providers.lab import ledger, locks, network, subprocesses
from sshd import Sshd

MODULE = "onramp.fleet.worker"


@dataclass(frozen=True)
class WorkerHost:
    """One machine: its namespace has the name of its end of the veth pair on this side."""

    name: str
    namespace: str
    server: Sshd

    def host(self) -> Host:
        return self.server.host(name=self.name)

    def workers(self) -> list[int]:
        """Processes of workers in it."""
        listed = subprocesses.run(["ip", "netns", "pids", self.namespace])
        return [pid for pid in map(int, listed.split()) if is_worker(pid)]

    def send(self, number: signal.Signals) -> None:
        for pid in self.workers():
            os.kill(pid, number)

    def received(self) -> int:
        """Bytes that came to it over the veth pair."""
        return int(Path(f"/sys/class/net/{self.namespace}/statistics/tx_bytes").read_text())

    @contextmanager
    def cut(self) -> Iterator[None]:
        """It lives on, and reaches nobody; its link is up again at the end."""
        self._link("down")
        try:
            yield
        finally:
            self._link("up")

    @contextmanager
    def parted(self) -> Iterator[None]:
        """It reaches everybody but this machine, where controller and scheduler are."""
        self._controller("-A")
        try:
            yield
        finally:
            self._controller("-D")

    def _link(self, state: str) -> None:
        subprocesses.run(["ip", "link", "set", self.namespace, state])

    def _controller(self, flag: str) -> None:
        within = ["ip", "netns", "exec", self.namespace, "iptables", "-w"]
        subprocesses.run([*within, flag, "OUTPUT", "-d", network.GATEWAY, "-j", "DROP"])
        subprocesses.run([*within, flag, "INPUT", "-s", network.GATEWAY, "-j", "DROP"])


def is_worker(pid: int) -> bool:
    """And not the shell that an sshd starts it with."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[1:3] == [b"-m", MODULE.encode()]


@contextmanager
def worker_hosts(
    count: int, home: Path, rig: Host, rigs: IPv4Network
) -> Iterator[list[WorkerHost]]:
    """So many, called w1, w2 and so on, that reach the rig at all its addresses."""
    with ExitStack() as resources:
        yield [
            resources.enter_context(_worker_host(f"w{number + 1}", home, rig, rigs))
            for number in range(count)
        ]


@contextmanager
def _worker_host(name: str, home: Path, rig: Host, rigs: IPv4Network) -> Iterator[WorkerHost]:
    folder = home / name
    folder.mkdir()
    with locks.locked(ledger.lock_of(folder)):
        index = network.claim(folder)
        try:
            network.attach(index)
            namespace = network.namespace(index)
            # the lab's network is on the link: a thousand addresses would be as many neighbours
            route = ["route", "add", str(rigs), "via", str(rig.address)]
            subprocesses.run(["ip", "-netns", namespace, *route])
            server = Sshd(folder, address=network.address_of(index), namespace=namespace)
            try:
                yield WorkerHost(name, namespace, server)
            finally:
                server.stop()
        finally:
            network.release(index)
