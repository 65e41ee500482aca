"""Places for hosts at work: so many at once, and none is held by a host that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Slots:
    """`size` places. `spare` is called when one is free whose holder has stepped aside.

    Whoever comes back goes before those who have not begun: a host that was begun comes to its end.
    """

    def __init__(self, size: int, spare: Callable[[], None]) -> None:
        self._free = size
        self._spare = spare
        self._returning = 0
        self._waiter = threading.local()  # whether this thread has stepped aside
        lock = threading.Lock()
        self._back, self._new = threading.Condition(lock), threading.Condition(lock)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A place, for the length of the block."""
        with self._new:
            self._new.wait_for(lambda: self._free > self._returning)
            self._free -= 1
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """For whoever has a place, and only waits for its host: meanwhile another may have it.

        Within itself it does nothing more.
        """
        if getattr(self._waiter, "aside", False):
            yield
            return
        self._waiter.aside = True
        self._release()
        self._spare()
        try:
            yield
        finally:
            self._come_back()
            self._waiter.aside = False

    def _come_back(self) -> None:
        with self._back:
            self._returning += 1
            self._back.wait_for(lambda: self._free > 0)
            self._returning -= 1
            self._free -= 1
            self._new.notify()  # there may be one more for whoever was told to wait

    def _release(self) -> None:
        with self._back:
            self._free += 1
            self._back.notify()
            self._new.notify()
