"""Which parts of the tests are run."""

from __future__ import annotations

import pytest

from onramp.cli.commands.test import ASKED_FOR, PARTS, chosen
from onramp.errors import UsageError


def test_virtual_machines_are_brought_up_only_when_they_are_asked_for() -> None:
    assert chosen(None, PARTS, unless_named=ASKED_FOR) == [part for part in PARTS if part != "vm"]
    assert chosen(["vm"], PARTS, unless_named=ASKED_FOR) == ["vm"]


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="no such part") as error:
        chosen(["vms"], PARTS, unless_named=ASKED_FOR)
    assert "vm" in error.value.resolution
