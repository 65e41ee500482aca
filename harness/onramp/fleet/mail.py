"""The controller's end of the queues on the scheduler."""

from __future__ import annotations

import queue
import secrets
import threading
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Final

from distributed import Client, Queue

from onramp.fleet.dask_parts import reaching
from onramp.fleet.messages import Answer, Batch, answer_text, answers_of, read_batch

GONE: Final = (OSError, RuntimeError, CancelledError)  # the scheduler, or our way to it


class Mail:
    """What workers say, as it comes; a thread of its own fetches it."""

    def __init__(self, client: Client) -> None:
        self.name = f"onramp-{secrets.token_hex(8)}"
        self._client = client
        self._queue = Queue(self.name, client=client)
        self._answers: dict[str, Queue] = {}
        self._come: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._fetch, daemon=True)
        self._thread.start()

    def batches(self, wait_s: float) -> list[Batch]:
        """All that have come; waits so long for the first."""
        found: list[Batch] = []
        with suppress(queue.Empty):
            text = self._come.get(timeout=wait_s)
            while True:
                with suppress(ValueError):  # what is none of ours
                    found.append(read_batch(text))
                text = self._come.get_nowait()
        return found

    def answer(self, execution: str, answer: Answer) -> None:
        """Raises what GONE lists."""
        if execution not in self._answers:
            name = answers_of(self.name, execution)
            self._answers[execution] = Queue(name, client=self._client)
        self._answers[execution].put(answer_text(answer))

    def forget(self, execution: str) -> None:
        """Nothing is answered there any more."""
        if execution in self._answers:
            self._answers.pop(execution).close()

    def close(self) -> None:
        with suppress(*GONE), reaching(self._client):
            self._queue.put("")
            self._thread.join(5)
            for execution in list(self._answers):
                self.forget(execution)
            self._queue.close()

    def _fetch(self) -> None:
        with suppress(*GONE), reaching(self._client):
            while True:
                for text in [self._queue.get(), *self._queue.get(batch=True)]:
                    if not text:
                        return
                    self._come.put(text)
