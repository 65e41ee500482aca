"""Which parts of the tests are run, and what a failure there is worth."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from onramp.cli.commands import test as command
from onramp.cli.commands.test import ASKED_FOR, PARTS, chosen
from onramp.errors import UsageError


def test_virtual_machines_are_brought_up_only_when_they_are_asked_for() -> None:
    assert chosen(None, PARTS, unless_named=ASKED_FOR) == [part for part in PARTS if part != "vm"]
    assert chosen(["vm"], PARTS, unless_named=ASKED_FOR) == ["vm"]


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="no such part") as error:
        chosen(["vms"], PARTS, unless_named=ASKED_FOR)
    assert "vm" in error.value.resolution


ONCE = """
from pathlib import Path
def test_a():
    before = Path("before")
    seen, _ = before.exists(), before.touch()
    assert seen
def test_b(): assert {b}
"""


@pytest.mark.parametrize(("b", "code", "flaky"), [("True", 0, True), ("False", 1, False)])
def test_what_fails_once_is_named_and_what_fails_twice_fails(
    b: str, code: int, flaky: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """By pytest itself, in a clone of two tests."""
    monkeypatch.setattr(command, "clone", lambda: tmp_path)
    monkeypatch.setattr(command, "GROUPS", ((("unit",), ()),))
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "test_once.py").write_text(ONCE.format(b=b))
    asked = SimpleNamespace(only=["unit"], keyword="", coverage=False)
    assert command.test(asked) == code
    said = capfd.readouterr().out
    assert (
        "FLAKY: failed, and passed when run again: tests/unit/test_once.py::test_a" in said
    ) == flaky
    assert "run again alone" in said
