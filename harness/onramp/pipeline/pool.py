"""All hosts of a run at once: one thread a host, at most `forks` at a time.

Each host's evidence is its own, so a host that dies takes nothing with it. Ctrl-C sets `cancel`;
every host then writes how far it came.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from onramp.pipeline.host_run import introduce, run_host
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunSession

GRACE_S = 5.0  # after Ctrl-C, for threads to write how far their hosts came


class AtOnce(KeyboardInterrupt):
    """A second Ctrl-C: nothing is waited for any more."""


def run_all(run: RunSession, hosts: Sequence[HostSession]) -> None:
    """Every host through the pipeline. Returns when all are done; KeyboardInterrupt cancels.

    Raises KeyboardInterrupt again once every host has its `end` event; AtOnce after a second one.
    """
    waiting: queue.SimpleQueue[HostSession] = queue.SimpleQueue()
    for host in hosts:
        waiting.put(host)
    workers = _Workers()
    try:
        workers.start(min(run.options.forks, len(hosts)), lambda: _work(run, waiting))
        _while_waiting(run, workers)
        workers.wait(None)
    except KeyboardInterrupt:
        run.cancel.set()
        again = None
        try:
            workers.wait(GRACE_S)
        except KeyboardInterrupt:
            again = AtOnce()
        for host in hosts:
            if host.evidence.status is None:
                _cut_short(host)
        if again:
            raise again from None
        raise


class _Workers:
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


def _while_waiting(run: RunSession, workers: _Workers) -> None:
    """Work of our own fits in where it holds up no connection: once all hosts are being asked."""
    for _ in range(workers.size):
        while not run.surveying.acquire(timeout=0.05):
            if not workers.whole:
                return
    run.while_waiting()


def _work(run: RunSession, waiting: queue.SimpleQueue[HostSession]) -> None:
    while not run.cancel.is_set():
        try:
            host = waiting.get_nowait()
        except queue.Empty:
            return
        run_host(host)


def _cut_short(host: HostSession) -> None:
    """The end of a host that was never begun, or whose thread hangs."""
    if not host.evidence.events():
        introduce(host)
        host.note("the run was interrupted before this host's turn")
    host.end("interrupted")
