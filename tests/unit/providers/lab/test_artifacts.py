"""What is built once: found again, never half-made, replaced when its recipe changes."""

from pathlib import Path

import pytest

from onramp.providers.lab import artifacts


def make(folder: Path) -> None:
    (folder / "made").touch()


def never(folder: Path) -> None:
    raise AssertionError("built twice")


def test_a_finished_build_is_used_again(tmp_path: Path) -> None:
    first = artifacts.built(tmp_path, "thing", ["recipe"], make)
    assert (first / "made").exists()
    assert artifacts.built(tmp_path, "thing", ["recipe"], never) == first


def test_another_recipe_is_another_build_and_the_old_one_goes(tmp_path: Path) -> None:
    first = artifacts.built(tmp_path, "thing", ["recipe"], make)
    other = artifacts.built(tmp_path, "thing-2", ["recipe"], make)
    second = artifacts.built(tmp_path, "thing", ["recipe", "changed"], make)
    assert second != first
    assert not first.exists()
    assert other.exists()


def test_what_an_interrupted_build_left_is_not_taken_for_a_result(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        artifacts.built(tmp_path, "thing", ["recipe"], interrupted)
    done = artifacts.built(tmp_path, "thing", ["recipe"], make)
    assert (done / "made").exists()
    assert not (done / "half").exists()


def test_tags_tell_parts_apart() -> None:
    assert artifacts.tag(["ab", "c"]) != artifacts.tag(["a", "bc"])
