"""Whether this process slept: whoever stops it stops no clock.

Limits run out while nothing is read, Paramiko's too: a host that answered long ago then looks as if
it had not.
"""

from __future__ import annotations

import threading
import time
from functools import cache
from typing import Final

BEAT_S: Final = 0.5
GAP_S: Final = 3.0  # without a beat; a busy machine may hold one up for a second


class _Pulse:
    """A thread that beats. Whoever first looks after a gap counts it, the thread or another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_s = time.monotonic()
        self._gaps = 0
        threading.Thread(target=self._beat, daemon=True).start()

    def gaps(self) -> int:
        with self._lock:
            now = time.monotonic()
            self._gaps += now - self._last_s > GAP_S
            self._last_s = now
            return self._gaps

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_S)
            self.gaps()


_pulse = cache(_Pulse)


def sleeps() -> int:
    """How often so far: another number than before means that it slept since."""
    return _pulse().gaps()
