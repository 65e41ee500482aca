"""Shards, and who may say something of a host."""

from __future__ import annotations

import pytest

from onramp.fleet.shards import Ledger, sharded


@pytest.mark.parametrize(
    ("hosts", "workers", "sizes"),
    [
        (1, 4, [1]),
        (6, 2, [1] * 6),
        (60, 2, [15] * 4),
        (1000, 4, [32] * 31 + [8]),
        (5000, 4, [50] * 100),
        (0, 2, []),
    ],
)
def test_a_worker_has_at_least_two_shards(hosts: int, workers: int, sizes: list[int]) -> None:
    found = sharded(range(hosts), workers)
    assert [len(shard) for shard in found] == sizes
    assert [host for shard in found for host in shard] == list(range(hosts))


def test_what_was_not_begun_is_given_out_again() -> None:
    ledger = Ledger("abcd")
    first = ledger.give("abcd")
    assert ledger.claim(first, "one", "w1")
    for host in "ab":
        ledger.begin(host)
    ledger.end("a")
    assert ledger.give_up(first) == (["b"], ["c", "d"])
    again = ledger.give("cd")
    assert ledger.claim(again, "two", "w2")
    assert ledger.takes(again, "two", "c")
    assert not ledger.takes(again, "two", "b")


def test_a_zombie_is_not_believed() -> None:
    ledger = Ledger("ab")
    first = ledger.give("ab")
    assert ledger.claim(first, "one", "w1")
    ledger.give_up(first)
    assert not ledger.claim(first, "one", "w1")
    assert not ledger.takes(first, "one", "a")


def test_a_task_that_the_scheduler_starts_twice_is_performed_once() -> None:
    ledger = Ledger("ab")
    attempt = ledger.give("ab")
    assert ledger.claim(attempt, "one", "w1")
    assert not ledger.claim(attempt, "two", "w2")
    assert ledger.claim(attempt, "one", "w1")
    assert ledger.performer(attempt) == ("one", "w1")


def test_nothing_is_taken_of_a_host_that_has_ended() -> None:
    ledger = Ledger("ab")
    attempt = ledger.give("ab")
    ledger.claim(attempt, "one", "w1")
    ledger.end("a")
    assert not ledger.takes(attempt, "one", "a")
    assert ledger.open == {"b"}
