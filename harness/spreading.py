"""The same work for many things on all processors, where that is worth its while and safe.

Processes are forked, so that nothing is copied to them but a number: not with other threads about,
which a fork would leave behind half way through what they hold.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")
LEAST: Final = 60  # fewer are done before the first process has begun

_work: Callable[[int], object]


def spread(work: Callable[[T], R], things: Sequence[T]) -> Iterable[R]:
    """What `work` returns for each thing, in order; it may be done in another process."""
    workers = min(8, os.cpu_count() or 1)
    forks = hasattr(os, "fork") and threading.active_count() == 1
    if len(things) < LEAST or workers == 1 or not forks:
        return map(work, things)
    global _work
    _work = lambda place: work(things[place])  # noqa: E731  (what the processes are forked with)
    try:
        with ProcessPoolExecutor(
            workers, mp_context=get_context("fork"), initializer=_deaf
        ) as pool:
            return [*pool.map(_do, range(len(things)), chunksize=8)]  # type: ignore[list-item]
    except BrokenProcessPool:  # out of memory, say: one by one it is slower, and done
        return map(work, things)


def _do(place: int) -> object:
    return _work(place)


def _deaf() -> None:
    """Ctrl-C is for the process that waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
