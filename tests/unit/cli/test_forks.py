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


@pytest.mark.parametrize(
    ("at_work", "limits", "raised_to"),
    [(16, (1024, 4096), 1024), (128, (1024, 4096), 1344), (128, (1024, 1100), 1100)],
)
def test_more_open_files_are_allowed_only_where_so_many_hosts_need_them(
    monkeypatch: pytest.MonkeyPatch, at_work: int, limits: tuple[int, int], raised_to: int
) -> None:
    now = list(limits)
    monkeypatch.setattr(forks.resource, "getrlimit", lambda _: tuple(now))
    monkeypatch.setattr(forks.resource, "setrlimit", lambda _, new: now.__setitem__(0, new[0]))
    forks.allow_files(at_work)
    assert now == [raised_to, limits[1]]
