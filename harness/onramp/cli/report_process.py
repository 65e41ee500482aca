"""Reports are made in a process of their own, so that hosts still at work lose no time.

It is forked before anything else is loaded: while the run's process loads what hosts need, this
one loads what reports need. What goes there is the name of a host's folder; what comes back is its
report in brief. It ends when nobody is at the other end of its pipe.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onramp.model.run import RunReport
    from onramp.reports.finished import Reported

_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # what the run's process alone heeds
_GONE = (OSError, EOFError)  # what a pipe says whose other end is closed


class ReportProcess:
    """Where reports are made, one after the other; what is still queued can be cancelled.

    One thread asks, and waits: whoever hands a host over waits for neither. Results raise
    BrokenExecutor where the process could not make a report: the caller can.
    """

    def __init__(self, pipe: Connection, queue: ThreadPoolExecutor) -> None:
        self._pipe, self._queue = pipe, queue
        self.asked = False

    def begin(self, folder: Path) -> Future[Reported]:
        """The report of the host whose evidence is in this folder."""
        return self._submit(_host_reported, folder)

    def write_run(self, report: RunReport, folder: Path) -> Future[tuple[str, ...]]:
        """The run's own reports, written into its folder; what went wrong."""
        return self._submit(_run_written, report, folder)

    def _submit(self, what: Callable[..., Any], *given: Any) -> Future[Any]:
        self.asked = True
        return self._queue.submit(self._made, what, given)

    def _made(self, what: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        try:
            self._pipe.send((what, given))
            made = self._pipe.recv()
        except _GONE as error:
            raise BrokenExecutor("the report process is gone") from error
        except Exception as error:  # it cannot be sent, or not be read
            self._pipe.close()  # what comes next would be answers to something else
            raise BrokenExecutor(f"the report process was not understood: {error}") from error
        if made is None:
            raise BrokenExecutor(f"{given[-1].name}: the report process could not")
        return made


@contextmanager
def report_process() -> Iterator[ReportProcess]:
    """One that ends with the block. To be begun while this process has no other threads."""
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_serve, args=(ours, theirs), daemon=True)
    _begin(process)
    theirs.close()
    queue = ThreadPoolExecutor(1, "reports")
    reports = ReportProcess(ours, queue)
    try:
        yield reports
    except BaseException:
        _kill(process)  # nothing it makes is waited for
        raise
    finally:
        try:
            queue.shutdown(cancel_futures=True)
        finally:
            ours.close()
            if not reports.asked:
                _kill(process)  # it may still be loading what nobody needs
            _join(process)


def _begin(process: ForkProcess) -> None:
    """Without one, as on a machine that is out of processes, whoever asks makes the reports."""
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)  # until it has said what to ignore
    try:
        with suppress(OSError):
            process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _kill(process: ForkProcess) -> None:
    if process.pid:
        process.kill()


def _join(process: ForkProcess) -> None:
    if process.pid:
        process.join()


def _serve(parents: Connection, pipe: Connection) -> None:
    """In the new process, until its parent is done: Ctrl-C is for that alone."""
    parents.close()
    for number in _OURS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
    with suppress(Exception):  # what is not to be had is for whoever renders to say
        _load()
    gc.freeze()  # what is loaded by now stays
    with suppress(*_GONE):
        while True:
            _serve_one(pipe)


def _serve_one(pipe: Connection) -> None:
    what, given = pipe.recv()
    answer = _answer(what, given)
    try:
        pipe.send(answer)
    except _GONE:
        raise
    except Exception:  # it cannot be sent: whoever asked makes it
        pipe.send(None)


def _load() -> None:
    from onramp.pains import catalogue
    from onramp.reports import finished

    catalogue()
    finished.load()


def _answer(what: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """None where it cannot be made here: it is then made, or fails, where that can be told."""
    with suppress(Exception):
        return what(*given)
    return None


def _host_reported(folder: Path) -> Reported:
    from onramp.evidence.stored_events import read_events
    from onramp.pains import catalogue
    from onramp.reports import finished
    from onramp.reports.brief import brief

    report, faults = finished.reported(read_events(folder / "events.jsonl"), folder, catalogue())
    return brief(report), faults


def _run_written(report: RunReport, folder: Path) -> tuple[str, ...]:
    from onramp.pains import catalogue
    from onramp.reports import formats

    return formats.write_run(report, folder, catalogue())
