"""How many hosts at a time this machine is trusted with."""

from __future__ import annotations

import os
import resource

import pytest

from onramp.cli import forks


def machine(
    monkeypatch: pytest.MonkeyPatch, processors: int, gigabytes: float = 8, files: int = 1024
) -> int:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    monkeypatch.setattr(forks, "available_kb", lambda: int(gigabytes * 1024 * 1024))
    return forks.chosen()


@pytest.mark.parametrize(
    ("processors", "expected"), [(1, 16), (2, 16), (4, 32), (8, 64), (16, 128), (64, 128)]
)
def test_it_grows_with_the_processors(
    monkeypatch: pytest.MonkeyPatch, processors: int, expected: int
) -> None:
    assert machine(monkeypatch, processors) == expected


def test_little_memory_or_few_files_make_it_less(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine(monkeypatch, 16, gigabytes=0.25) == 32
    assert machine(monkeypatch, 16, files=256) == 32
    assert machine(monkeypatch, 1, gigabytes=0.001) == 1


def test_this_machine_has_some() -> None:
    assert 1 <= forks.chosen() <= forks.MOST
    assert forks.available_kb() > 1024
