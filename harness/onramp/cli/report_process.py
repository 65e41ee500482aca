"""Hosts' reports are made in a process of their own, so that those still at work lose no time.

It is forked before a run's threads are, and knows the run's pain points from then: they are code.
What goes there is the name of a host's folder; what comes back is its report in brief. It ends
when nobody is at the other end of its pipe.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from onramp.evidence.run_dir import read_events
from onramp.model.pain import Catalogue
from onramp.reports import finished
from onramp.reports.brief import brief
from onramp.reports.finished import Reported

_GONE = (OSError, EOFError)  # what a pipe says whose other end is closed


class ReportProcess:
    """Where reports are made, one after the other; what is still queued can be cancelled.

    One thread asks, and waits: whoever hands a host over waits for neither.
    """

    def __init__(self, pipe: Connection, queue: ThreadPoolExecutor) -> None:
        self._pipe, self._queue = pipe, queue

    def begin(self, folder: Path) -> Future[Reported]:
        """The report of the host whose evidence is in this folder.

        Its result raises BrokenExecutor where the process could not make it: the caller can.
        """
        return self._queue.submit(self._made, folder)

    def _made(self, folder: Path) -> Reported:
        try:
            self._pipe.send(folder)
            made: Reported | None = self._pipe.recv()
        except _GONE as error:
            raise BrokenExecutor("the report process is gone") from error
        if made is None:
            raise BrokenExecutor(f"{folder.name}: the report process could not")
        return made


@contextmanager
def report_process(catalogue: Catalogue) -> Iterator[ReportProcess]:
    """One that ends with the block. To be begun while this process has no other threads."""
    gc.freeze()  # what is loaded by now stays: it is neither looked through nor copied again
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_serve, args=(ours, theirs, catalogue), daemon=True)
    process.start()
    theirs.close()
    # here too, for the run's own reports: while hosts are waited for, not after the last
    threading.Thread(target=_load, daemon=True).start()
    queue = ThreadPoolExecutor(1, "reports")
    try:
        yield ReportProcess(ours, queue)
    finally:
        queue.shutdown(cancel_futures=True)
        ours.close()
        process.join()


def _serve(parents: Connection, pipe: Connection, catalogue: Catalogue) -> None:
    """In the new process, until its parent is done: Ctrl-C is for that alone."""
    parents.close()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _load()
    with suppress(*_GONE):
        while True:
            pipe.send(_report(pipe.recv(), catalogue))


def _load() -> None:
    """What rendering needs. Not to be had is for whoever renders to say, on a report's page."""
    with suppress(Exception):
        finished.load()


def _report(folder: Path, catalogue: Catalogue) -> Reported | None:
    """None where it cannot be made here: it is then made, or fails, where that can be told."""
    with suppress(Exception):
        report, faults = finished.reported(read_events(folder / "events.jsonl"), folder, catalogue)
        return brief(report), faults
    return None
