"""The pipeline, top to bottom: hosts are acquired, surveyed, walked through the journey, reported.

One thread a host, at most `forks` at a time; each host's evidence is its own, so a host that dies
takes nothing with it. Ctrl-C sets `cancel`; every host then writes how far it came.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from onramp.evidence.run_dir import HostEvidence
from onramp.model.host import Host
from onramp.pipeline.host_run import HostJourney
from onramp.pipeline.host_session import Job, Run, end

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
    crew = _Crew()
    try:
        crew.start(min(forks, len(hosts)), lambda: _work(run, waiting))
        _meanwhile(run, crew)
        crew.wait(None)
    except KeyboardInterrupt:
        run.cancel.set()
        again = None
        try:
            crew.wait(GRACE_S)
        except KeyboardInterrupt:
            again = AtOnce()
        for host, evidence in hosts:
            if evidence.status is None:
                _cut_short(run, host, evidence)
        if again:
            raise again from None
        raise


class _Crew:
    """The threads of a run, each telling itself that it has ended.

    Not `Thread.join`: before Python 3.13, one that Ctrl-C interrupts takes its thread for ended
    (https://github.com/python/cpython/issues/90882). The run would then leave before what goes on
    on the host was told to end, and it would go on there.
    """

    def __init__(self) -> None:
        self.size = 0
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._busy = 0

    @property
    def whole(self) -> bool:
        """Whether all are at work still, as long as nobody has waited for them."""
        return self._ended.empty()

    def start(self, size: int, work: Callable[[], None]) -> None:
        """Daemons: one stuck in a system call must not hold the process after Ctrl-C."""
        self.size = size
        for _ in range(size):
            threading.Thread(target=self._at_work, args=(work,), daemon=True).start()
            self._busy += 1

    def wait(self, limit_s: float | None) -> None:
        """Until all have ended, or the time is up."""
        deadline = None if limit_s is None else time.monotonic() + limit_s
        while self._busy:
            left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                self._ended.get(timeout=left_s)
            except queue.Empty:
                return
            self._busy -= 1

    def _at_work(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._ended.put(None)


def _meanwhile(run: Run, crew: _Crew) -> None:
    """Work of our own fits in where it holds up no connection: once all hosts are being asked."""
    for _ in range(crew.size):
        while not run.asked.acquire(timeout=0.05):
            if not crew.whole:
                return
    run.meanwhile()


def _work(run: Run, waiting: queue.SimpleQueue[tuple[Host, HostEvidence]]) -> None:
    while not run.cancel.is_set():
        try:
            host, evidence = waiting.get_nowait()
        except queue.Empty:
            return
        HostJourney(run, host, evidence).go()


def _cut_short(run: Run, host: Host, evidence: HostEvidence) -> None:
    """The end of a host that was never begun, or whose thread hangs."""
    if not evidence.events():
        HostJourney(run, host, evidence).introduce()
        evidence.append("note", text="the run was interrupted before this host's turn")
    end(run, evidence, "interrupted")


__all__ = ["AtOnce", "Job", "Run", "run_all"]
