"""--reboot on somebody's own hosts: a yes at the terminal, or --yes, or nothing is touched."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from onramp.cli.leave_to_restart import ask_to_restart
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline.run_session import RunOptions

OWN, LAB, VM = Host("web1", "a"), Host("l", "", provider="lab"), Host("v", "", provider="vagrant")


def ask(*hosts: Host, yes: bool = False, reboot: bool = True, check: bool = False) -> None:
    options = RunOptions("evaluate", Stack("s", "", {}), hosts, reboot=reboot, check=check)
    ask_to_restart(SimpleNamespace(yes=yes), options)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nobody_is_asked_where_nothing_of_anybodys_is_restarted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ask(LAB, VM)
    ask(OWN, yes=True)
    ask(OWN, reboot=False)
    ask(OWN, check=True)


def test_without_a_terminal_it_is_refused_and_the_host_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="--reboot: nobody is at the terminal .* web1") as error:
        ask(OWN, LAB)
    assert "--yes" in error.value.resolution


@pytest.mark.parametrize(("answer", "goes_on"), [("y\n", True), ("no\n", False), ("", False)])
def test_at_a_terminal_the_answer_counts(
    answer: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    if goes_on:
        ask(OWN)
    else:
        with pytest.raises(UsageError, match="nothing was done"):
            ask(OWN)


def test_a_yes_to_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="--yes goes with --reboot"):
        ask(OWN, yes=True, reboot=False)
