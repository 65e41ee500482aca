"""The pipeline, top to bottom: hosts are acquired, surveyed, walked through the journey, reported.

One thread a host, at most `forks` at a time; each host's evidence is its own, so a host that dies
takes nothing with it. Ctrl-C sets `cancel`; every host then writes how far it came.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence

from harness import settings as settings_of
from harness.evidence import HostEvidence
from harness.hostwalk import HostWalk
from harness.model import Host
from harness.settings import Settings
from harness.visit import Job, Run, end

GRACE_S = 5.0  # after Ctrl-C, for threads to write how far their hosts came


class AtOnce(KeyboardInterrupt):
    """A second Ctrl-C: nothing is waited for any more."""


def run_all(run: Run, hosts: Sequence[tuple[Host, HostEvidence]], *, forks: int) -> None:
    """Every host through the pipeline. Returns when all are done; KeyboardInterrupt cancels.

    Raises KeyboardInterrupt again once every host has its `end` event; AtOnce after a second one.
    """
    waiting: queue.SimpleQueue[tuple[Host, HostEvidence]] = queue.SimpleQueue()
    for pair in hosts:
        waiting.put(pair)
    # daemon threads: one stuck in a system call must not hold the process after Ctrl-C
    threads = [
        threading.Thread(target=_work, args=(run, waiting), daemon=True)
        for _ in range(min(forks, len(hosts)))
    ]
    for thread in threads:
        thread.start()
    try:
        _meanwhile(run, threads)
        _join(threads, None)
    except KeyboardInterrupt:
        run.cancel.set()
        again = None
        try:
            _join(threads, GRACE_S)
        except KeyboardInterrupt:
            again = AtOnce()
        for host, evidence in hosts:
            if evidence.status is None:
                _cut_short(run, host, evidence)
        if again:
            raise again from None
        raise


def _meanwhile(run: Run, threads: Sequence[threading.Thread]) -> None:
    """Work of our own fits in where it holds up no connection: once all hosts are being asked."""
    for _ in threads:
        while not run.asked.acquire(timeout=0.05):
            if not all(thread.is_alive() for thread in threads):
                return
    run.meanwhile()


def _join(threads: Sequence[threading.Thread], limit_s: float | None) -> None:
    deadline = None if limit_s is None else time.monotonic() + limit_s
    while any(thread.is_alive() for thread in threads):
        if deadline is not None and time.monotonic() > deadline:
            return
        for thread in threads:
            thread.join(0.05)


def _work(run: Run, waiting: queue.SimpleQueue[tuple[Host, HostEvidence]]) -> None:
    while not run.cancel.is_set():
        try:
            host, evidence = waiting.get_nowait()
        except queue.Empty:
            return
        HostWalk(run, host, evidence).go()


def _cut_short(run: Run, host: Host, evidence: HostEvidence) -> None:
    """The end of a host that was never begun, or whose thread hangs."""
    if not evidence.events():
        HostWalk(run, host, evidence).introduce()
        evidence.append("note", text="the run was interrupted before this host's turn")
    end(run, evidence, "interrupted")


def validated(hosts: Sequence[Host]) -> dict[str, Settings]:
    """Every host's settings, parsed before any is touched. Raises UsageError."""
    return {
        host.name: settings_of.parse(host.settings, where=f"{host.origin}: {host.name}")
        for host in hosts
    }


__all__ = ["AtOnce", "Job", "Run", "run_all", "validated"]
