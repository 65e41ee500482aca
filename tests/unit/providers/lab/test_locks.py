"""Locks between processes: alone or shared, never blocking for good."""

from pathlib import Path

import pytest

from onramp.errors import HarnessError
from onramp.providers.lab import locks


def test_a_held_lock_is_named_after_the_time_limit(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        locks.locked(path),
        pytest.raises(HarnessError) as caught,
        locks.locked(path, timeout_s=0.1),
    ):
        raise AssertionError("held twice")
    assert str(path) in caught.value.brief
    with locks.locked(path, timeout_s=0.1):
        assert locks.try_lock(path) is None


def test_sharing_keeps_out_only_those_who_want_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = locks.share(path), locks.share(path)
    locks.unlock(first)
    assert locks.try_lock(path) is None
    locks.unlock(second)
    alone = locks.try_lock(path)
    assert alone is not None
    locks.unlock(alone)
