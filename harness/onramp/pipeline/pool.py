"""All hosts of a run at once: one thread a host, at most `forks` of them at work at a time.

A host that does not answer gives its slot to another and is waited for beside them. Each host's
evidence is its own, so a host that dies takes nothing with it. Ctrl-C sets `cancel`; every host
then writes how far it came.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from onramp.errors import HarnessError
from onramp.pipeline.host_run import cut_short, run_host
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunSession
from onramp.pipeline.slots import Slots

MOST_ASIDE = 256  # threads beyond the slots, each waiting for a host that does not answer
GRACE_S = 5.0  # after Ctrl-C, for threads to write how far their hosts came


class AtOnce(KeyboardInterrupt):
    """A second Ctrl-C: nothing is waited for any more."""


def run_all(run: RunSession, hosts: Sequence[HostSession]) -> None:
    """Every host through the pipeline. Returns when all are done; KeyboardInterrupt cancels.

    Raises KeyboardInterrupt again once every host has its `end` event; AtOnce after a second one.
    """
    forks = min(run.options.forks, len(hosts))
    workers = _Workers(run, hosts, forks)
    with interruptible(run, hosts, lambda: workers.wait(GRACE_S)):
        for _ in range(forks):
            workers.add()
        workers.wait(None)


@contextmanager
def interruptible(
    run: RunSession, hosts: Sequence[HostSession], grace: Callable[[], object]
) -> Iterator[None]:
    """Ctrl-C within the block cancels the run; `grace` then waits for hosts to say how far they
    came, and those that do not are given their end. Raises as `run_all`."""
    try:
        yield
    except KeyboardInterrupt:
        run.cancel.set()
        again = None
        try:
            grace()
        except KeyboardInterrupt:
            again = AtOnce()
        for host in hosts:
            if host.evidence.status is None:
                cut_short(host)
        if again:
            raise again from None
        raise


class _Workers:
    """The threads of a run, each telling itself that it has ended.

    There are as many as there are slots, and more while some only wait for their hosts.

    Not `Thread.join`: before Python 3.13, one that Ctrl-C interrupts takes its thread for ended
    (https://github.com/python/cpython/issues/90882). The run would then leave before what goes on
    on the host was told to end, and it would go on there.
    """

    def __init__(self, run: RunSession, hosts: Sequence[HostSession], forks: int) -> None:
        self._run = run
        self._waiting = deque(hosts)
        self._slots = Slots(forks, self.add)
        self._most = forks + MOST_ASIDE
        self._lock = threading.Lock()
        self._busy = 0
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        run.aside = self._slots.aside

    def add(self) -> None:
        """One more, where it would find a host to begin with. A daemon: one stuck in a system call
        must not hold the process after Ctrl-C."""
        with self._lock:
            if not self._waiting or self._busy >= self._most or self._run.cancel.is_set():
                return
            self._busy += 1
        try:
            threading.Thread(target=self._at_work, daemon=True).start()
        except RuntimeError as error:  # those that are at work go on
            with self._lock:
                self._busy -= 1
                if self._busy:
                    return
            raise HarnessError(
                f"no host can be worked on: {error}",
                resolution="raise the limit of processes (ulimit -u, a container's pids.max)",
            ) from None

    def wait(self, limit_s: float | None) -> None:
        """Until all have ended, or the time is up."""
        deadline = None if limit_s is None else time.monotonic() + limit_s
        while self._busy:
            left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                self._ended.get(timeout=left_s)
            except queue.Empty:
                return
            with self._lock:
                self._busy -= 1

    def _at_work(self) -> None:
        try:
            while not self._run.cancel.is_set():
                with self._slots.taken():
                    if self._run.cancel.is_set():
                        return
                    try:
                        host = self._waiting.popleft()
                    except IndexError:
                        return
                    run_host(host)
        finally:
            self._ended.put(None)
