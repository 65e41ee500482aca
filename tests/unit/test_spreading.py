"""Work spread over processes comes back in order, and whole."""

from __future__ import annotations

import os
import threading

import pytest

from harness.spreading import LEAST, spread


@pytest.mark.parametrize("count", [0, 3, LEAST, 500])
def test_results_come_in_the_order_of_the_things(count: int) -> None:
    assert [*spread(lambda thing: (thing, "x" * thing), range(count))] == [
        (thing, "x" * thing) for thing in range(count)
    ]


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor: nothing to spread over")
def test_many_things_are_done_in_other_processes_unless_threads_are_about() -> None:
    assert os.getpid() not in {*spread(lambda _: os.getpid(), range(LEAST))}
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert {*spread(lambda _: os.getpid(), range(LEAST))} == {os.getpid()}
    finally:
        done.set()
        other.join()


def test_a_fault_in_one_is_a_fault_of_the_whole() -> None:
    def work(thing: int) -> int:
        return 10 // (thing - 7)

    with pytest.raises(ZeroDivisionError):
        _ = [*spread(work, range(LEAST))]
