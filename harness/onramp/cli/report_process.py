"""Hosts' reports are made in a process of their own, so that those still at work lose no time.

It is forked before a run's threads are, and knows the run's pain points from then: they are code.
What goes there is the name of a host's folder; what comes back is its report in brief.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from onramp.evidence.run_dir import read_events
from onramp.model.pain import Catalogue
from onramp.reports import finished
from onramp.reports.brief import brief
from onramp.reports.finished import Reported

_known: Catalogue = {}


class ReportProcess:
    """Where reports are made. One that dies leaves its hosts to whoever waits for them."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def begin(self, folder: Path) -> Future[Reported]:
        """The report of the host whose evidence is in this folder."""
        return self._pool.submit(_report, folder)


@contextmanager
def report_process(catalogue: Catalogue) -> Iterator[ReportProcess]:
    """One that ends with the block. To be begun while this process has no other threads."""
    gc.freeze()  # what is loaded by now stays: it is neither looked through nor copied again
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("fork"), initializer=_ready, initargs=(catalogue,)
    ) as pool:
        pool.submit(_load)
        # here too, for the run's own reports: while hosts are waited for, not after the last
        threading.Thread(target=_load, daemon=True).start()
        yield ReportProcess(pool)


def _ready(catalogue: Catalogue) -> None:
    """In the new process: Ctrl-C is for its parent, and it does not outlive that."""
    global _known  # noqa: PLW0603  the one thing this process is told
    _known = catalogue
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _load() -> None:
    """What rendering needs. Not to be had is for whoever renders to say, on a report's page."""
    with suppress(Exception):
        finished.load()


def _report(folder: Path) -> Reported:
    report, faults = finished.reported(read_events(folder / "events.jsonl"), folder, _known)
    return brief(report), faults
