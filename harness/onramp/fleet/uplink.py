"""A worker's way to the controller: batches through a queue on the scheduler, answers in another.

Two threads, one each way. Numbers count what was said: an answer names the last that is on the
controller's disk.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Final

from distributed import Client, Queue

from onramp.fleet.dask_parts import reaching
from onramp.fleet.messages import (
    BATCH,
    Answer,
    Batch,
    Said,
    answers_of,
    batch_text,
    read_answer,
    size,
)

LOST: Final = (OSError, RuntimeError, CancelledError)  # the scheduler is gone, or we are ending
ANSWER_S: Final = 300.0  # without an answer for so long the controller is taken for dead


class Uplink:
    """Of one execution of an attempt. `cancel` is set once nothing more is wanted of it."""

    def __init__(
        self,
        client: Client,
        mailbox: str,
        *,
        attempt: int,
        worker: str,
        cancel: threading.Event,
        named: Callable[[str], str],
    ) -> None:
        self._client = client
        self._execution = secrets.token_hex(8)
        self._attempt, self._worker = attempt, worker
        self._out = Queue(mailbox, client=client)
        self._in = Queue(answers_of(mailbox, self._execution), client=client)
        self._cancel, self._named = cancel, named
        self._waiting: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._answered = threading.Condition(self._lock)
        self._sent, self._stored = 0, -1
        self._refused = False
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._deliver, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, said: Said) -> None:
        """On its way; dropped where nothing more is wanted."""
        with self._lock:
            self._sent += 1
            self._waiting.put(said)

    def settled(self) -> bool:
        """Waits until all that was sent is on the controller's disk; false where work is to end.

        Before anything was sent: whether this execution may begin.
        """
        with self._answered:
            sent = self._sent
            reached = self._answered.wait_for(
                lambda: self._stored >= sent or self._cancel.is_set(), ANSWER_S
            )
            if not reached:
                self._cancel.set()
            return not self._cancel.is_set()

    def close(self) -> None:
        """The last words arrive, also of a run that was interrupted."""
        self._waiting.put(None)
        with self._answered:
            sent = self._sent
            self._answered.wait_for(lambda: self._stored >= sent or self._refused, ANSWER_S)
        with suppress(*LOST), reaching(self._client):
            self._in.put("")
        for thread in self._threads:
            thread.join()
        self._in.close()
        self._out.close()

    def _deliver(self) -> None:
        try:
            with reaching(self._client):
                self._put_all()
        except LOST:
            self._stop(refused=True)

    def _put_all(self) -> None:
        self._put([], 0)
        number = 0
        while batch := self._batch():
            number += len(batch)
            self._put(batch, number)

    def _put(self, said: list[Said], number: int) -> None:
        batch = Batch(self._attempt, self._execution, self._worker, number, said)
        self._out.put(self._named(batch_text(batch)))

    def _batch(self) -> list[Said]:
        """What waits, as far as it travels at once; waits for something. Empty: it is the end."""
        said = self._waiting.get()
        found: list[Said] = []
        total = 0
        while said is not None:
            found.append(said)
            total += size(said)
            if total >= BATCH or self._waiting.empty():
                return found
            said = self._waiting.get()
        self._waiting.put(None)
        return found

    def _listen(self) -> None:
        try:
            with reaching(self._client):
                while text := self._in.get():
                    self._heard(read_answer(text))
        except LOST:
            self._stop(refused=True)

    def _heard(self, answer: Answer) -> None:
        if answer.stop:
            self._stop(refused=answer.stop == "refused")
        with self._answered:
            self._stored = max(self._stored, answer.number)
            self._answered.notify_all()

    def _stop(self, *, refused: bool) -> None:
        with self._answered:
            self._refused |= refused
            self._cancel.set()
            self._answered.notify_all()
