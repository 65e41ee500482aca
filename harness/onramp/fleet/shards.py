"""Hosts in shards, and which of them is whose: what an attempt at a shard may still say. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from msgspec import Struct

FEWEST, MOST = 25, 50  # hosts of a shard, where there are many
ROUNDS: Final = 8  # shards a worker gets one after the other, where there are many
LEAST_ROUNDS: Final = 2
T = TypeVar("T")


def sharded(hosts: Sequence[T], workers: int) -> list[Sequence[T]]:
    """All hosts, in order, in shards of 25 to 50; smaller ones where each worker gets too few."""
    wanted = math.ceil(len(hosts) / (ROUNDS * workers))
    size = min(max(wanted, FEWEST), MOST, max(1, len(hosts) // (LEAST_ROUNDS * workers)))
    return [hosts[start : start + size] for start in range(0, len(hosts), size)]


class _Attempt(Struct):
    hosts: tuple[str, ...]
    execution: str = ""  # whoever performs it, from the first word on
    worker: str = ""


class Ledger:
    """Every host is waiting, with an attempt (begun there or not), or ended.

    An attempt belongs to the first execution that asks for it: a scheduler that starts its task a
    second time, and a worker that comes back from the dead, are told no.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._open = set(hosts)
        self._attempts: dict[int, _Attempt] = {}
        self._given = 0
        self._begun: set[str] = set()

    def give(self, hosts: Iterable[str]) -> int:
        """A new attempt at these hosts; its number."""
        self._given += 1
        self._attempts[self._given] = _Attempt(tuple(hosts))
        return self._given

    def claim(self, attempt: int, execution: str, worker: str) -> bool:
        """Whether this execution may perform the attempt."""
        found = self._attempts.get(attempt)
        if found is None or found.execution not in ("", execution):
            return False
        found.execution, found.worker = execution, worker
        return True

    def takes(self, attempt: int, execution: str, host: str) -> bool:
        """Whether what this execution says of a host is to be believed."""
        found = self._attempts.get(attempt)
        mine = found is not None and found.execution == execution and host in found.hosts
        return mine and host in self._open

    def begin(self, host: str) -> None:
        """From now on the host may be changed: it is given to nobody else."""
        self._begun.add(host)

    def end(self, host: str) -> None:
        self._open.discard(host)

    def give_up(self, attempt: int) -> tuple[list[str], list[str]]:
        """No word of it counts from now on. Its hosts without an end: those begun, the others."""
        found = self._attempts.pop(attempt, _Attempt(()))
        left = [host for host in found.hosts if host in self._open]
        begun = [host for host in left if host in self._begun]
        return begun, [host for host in left if host not in self._begun]

    def performer(self, attempt: int) -> tuple[str, str]:
        """The execution that has it and its worker, as far as they are known."""
        found = self._attempts.get(attempt, _Attempt(()))
        return found.execution, found.worker

    @property
    def open(self) -> frozenset[str]:
        """Hosts without an end."""
        return frozenset(self._open)

    @property
    def at_work(self) -> frozenset[str]:
        """Those of them that were begun."""
        return frozenset(self._open & self._begun)

    @property
    def executions(self) -> list[str]:
        """Of the attempts that count, those that have begun."""
        return [one.execution for one in self._attempts.values() if one.execution]
