"""Slots: so many at work, none held by whoever only waits, and those who come back go first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from onramp.pipeline.slots import Slots


class Crowd:
    """Threads that are within a slot, or aside from it, until they are told."""

    def __init__(self, size: int) -> None:
        self.spares = 0
        self.slots = Slots(size, self._spare)
        self.said: list[str] = []
        self.threads: list[threading.Thread] = []

    def _spare(self) -> None:
        self.spares += 1

    def enter(self, name: str, work: Callable[[], None]) -> None:
        def run() -> None:
            with self.slots.taken():
                self.said.append(f"{name} in")
                work()
                self.said.append(f"{name} out")

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.threads.append(thread)

    def await_(self, *said: str) -> None:
        deadline = time.monotonic() + 5
        while not set(said) <= set(self.said):
            assert time.monotonic() < deadline, self.said
            time.sleep(0.005)

    def end(self) -> None:
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()


def test_no_more_than_so_many_are_in() -> None:
    crowd, go = Crowd(2), threading.Event()
    for name in "abc":
        crowd.enter(name, lambda: bool(go.wait(5)) or None)
    crowd.await_("a in", "b in")
    time.sleep(0.1)
    assert len(crowd.said) == 2
    go.set()
    crowd.await_("a out", "b out", "c out")
    crowd.end()


def test_a_slot_is_free_while_its_holder_waits_and_he_comes_back_before_new_ones() -> None:
    crowd, answered, done = Crowd(1), threading.Event(), threading.Event()

    def waits() -> None:
        with crowd.slots.aside(), crowd.slots.aside():  # within itself it changes nothing
            crowd.said.append("asks")
            answered.wait(5)
        crowd.said.append("answered")

    crowd.enter("slow", waits)
    crowd.await_("asks")
    assert crowd.spares == 1
    crowd.enter("first", lambda: bool(done.wait(5)) or None)
    crowd.await_("first in")
    crowd.enter("second", lambda: None)
    answered.set()
    time.sleep(0.1)
    assert "answered" not in crowd.said  # its slot is another's now
    done.set()
    crowd.await_("second out")
    crowd.end()
    order = [said for said in crowd.said if said in ("answered", "second in")]
    assert order == ["answered", "second in"]


def test_many_come_and_go_and_all_slots_are_free_in_the_end() -> None:
    crowd = Crowd(3)

    def waits() -> None:
        for _ in range(3):
            with crowd.slots.aside():
                time.sleep(0.002)

    for number in range(60):
        crowd.enter(str(number), waits)
    crowd.end()
    assert sum(said.endswith(" out") for said in crowd.said) == 60
    for name in "xyz":
        crowd.enter(name, lambda: time.sleep(0.05))
    crowd.await_("x in", "y in", "z in")
    crowd.end()
