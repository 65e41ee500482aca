"""A restart: waited for within limits, and believed only where another boot answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onramp.errors import LinkError
from onramp.evidence.host_evidence import HostEvidence
from onramp.model.action import Command, Outcome, Restart
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline import restart as restarting
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.text.masking import Masker

REFUSED = LinkError("no login", "ssh: connect to host web1 port 22: Connection refused")
NOBODY = LinkError("no login", "System is going down.", kind="auth")
OTHER_KEY = LinkError("another key", "it has changed", kind="host-key")
REBOOT = Restart("reboot", within_s=5)


class Link:
    """A host whose logins end as `logins` says, one after another: with an error, or a boot."""

    def __init__(self, *logins: LinkError | str, told: Outcome | LinkError | None = None) -> None:
        self.logins: list[LinkError | str] = list(logins)
        self.told = told or Outcome("reboot", 0)
        self.boot = "one 7 500.0"
        self.ran: list[str] = []

    def run(self, command: Command) -> Outcome:
        self.ran.append(command.script)
        if command is restarting.BOOT:
            whole = len(self.boot.split()) == 3
            return Outcome(command.shown, 0 if whole else None, self.boot)
        assert command.script == "reboot"
        assert command.as_root
        if isinstance(self.told, LinkError):
            raise self.told
        return self.told

    def reopen(self) -> None:
        login = self.logins.pop(0) if len(self.logins) > 1 else self.logins[0]
        if isinstance(login, LinkError):
            raise login
        self.boot = login


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarting, "PAUSE_S", 0.001)


NO_NOTES = SimpleNamespace(let_go=nullcontext)


def session(link: Link, providers: dict[str, Any] | None = None) -> HostSession:
    options = RunOptions("evaluate", Stack("empty", "", {}))
    run = RunSession(options, {}, providers or {}, cancel=threading.Event())
    host = HostSession(run, Host("web1", ""), NO_NOTES)  # type: ignore[arg-type]
    host.opened = link  # type: ignore[assignment]
    return host


LOST = Outcome("reboot", None, cut="link-lost")
BACK: list[Sequence[LinkError | str]] = [
    ["two 3 0.0"],
    [
        "one 7 500.1",
        NOBODY,
        REFUSED,
        REFUSED,
        NOBODY,
        "two 3 0.0",
    ],  # it takes a while to go, and to come
    ["one 9 501.0"],  # a container may keep the kernel's id; its process 1 is another one
    ["two 9 501.0"],  # or have an id of its own for each boot, on the kernel that goes on
    ["", "two", "two 3", "two 3 0.0"],  # a link that breaks under the question
    ["one unknown 0.0"],  # process 1 is hidden, and the id is the kernel's
]


@pytest.mark.parametrize("logins", BACK)
@pytest.mark.parametrize("told", [None, LOST, REFUSED])
def test_it_is_back_once_another_boot_answers(
    logins: Sequence[LinkError | str], told: Outcome | LinkError | None, tmp_path: Path
) -> None:
    link = Link(*logins, told=told)
    host = session(link)
    host.evidence = HostEvidence("web1", tmp_path, masker=Masker(()))
    outcome = restarting.restart(host, REBOOT)
    assert outcome.ok
    assert outcome.as_root
    assert link.ran.count("reboot") == 1
    anew = "501.0" in str(logins[-1])
    assert ("the kernel went on" if anew else "boot one has ended") in outcome.stdout
    assert [event["event"] for event in host.evidence.events()] == ["note"] * anew


def test_a_host_that_stays_away_is_a_lost_link_in_the_last_words() -> None:
    with pytest.raises(LinkError) as error:
        restarting.restart(session(Link(REFUSED)), Restart("reboot", within_s=0.05))
    assert "was restarted and did not come back" in error.value.brief
    assert "Connection refused" in error.value.details
    assert error.value.kind != "lost"  # then it would be tried again


def test_a_host_that_was_not_restarted_says_so() -> None:
    outcome = restarting.restart(session(Link("one 7 501.0")), Restart("reboot", within_s=0.05))
    assert outcome.exit_code == 1
    assert "was not restarted: its boot id is still one" in outcome.stderr


@pytest.mark.parametrize("hidden", ["one unknown 500.7", "one unknown 501.0"])
def test_a_host_whose_first_process_is_hidden_is_asked_for_its_boot_alone(hidden: str) -> None:
    link = Link(hidden)
    link.boot = "one unknown 500.0"
    outcome = restarting.restart(session(link), Restart("reboot", within_s=0.05))
    assert outcome.exit_code == 1
    assert "was not restarted" in outcome.stderr


def test_where_nothing_was_said_before_only_a_kernel_that_began_since_counts() -> None:
    link = Link("two 3 900.0", "two 3 900.0", "two 3 0.0")
    link.boot = ""
    outcome = restarting.restart(session(link), REBOOT)
    assert outcome.ok
    assert "boot unknown has ended, boot two answers" in outcome.stdout
    assert link.ran.count(restarting.BOOT.script) == 4


def test_a_host_that_never_says_which_boot_it_is_did_not_come_back() -> None:
    with pytest.raises(LinkError) as error:
        restarting.restart(session(Link("")), Restart("reboot", within_s=0.05))
    assert "no answer came" in error.value.details


def test_a_refusal_is_the_outcome_and_nobody_waits() -> None:
    refusal = Outcome("reboot", 1, stderr="Call to Reboot failed: Interactive authentication")
    link = Link(REFUSED, told=refusal)
    assert restarting.restart(session(link), REBOOT) is refusal
    assert link.logins == [REFUSED]


def test_another_key_is_not_waited_for() -> None:
    with pytest.raises(LinkError) as error:
        restarting.restart(session(Link(OTHER_KEY)), Restart("reboot", within_s=60))
    assert error.value.kind == "host-key"


def test_ctrl_c_while_it_is_away() -> None:
    host = session(Link(REFUSED))
    host.run.cancel.set()
    with pytest.raises(Interrupted):
        restarting.restart(host, Restart("reboot", within_s=60))


def test_ctrl_c_while_the_boot_is_asked_for_restarts_nothing() -> None:
    link = Link("two 3 0.0")
    host = session(link)
    host.run.cancel.set()
    with pytest.raises(Interrupted):
        restarting.restart(host, REBOOT)
    assert link.ran == [restarting.BOOT.script]


class Switch:
    """A provider whose hosts have to be started again."""

    def __init__(self) -> None:
        self.restarted: list[str] = []

    def acquire(self, host: Host, progress: Callable[[str], None]) -> Host:
        return host

    def release(self, host: Host) -> None: ...

    def restart(self, host: Host, tell: Callable[[], Outcome]) -> Outcome:
        outcome = tell()
        self.restarted.append(host.name)
        return outcome


def test_a_provider_starts_again_what_does_not_by_itself() -> None:
    switch = Switch()
    assert restarting.restart(session(Link("two 3 0.0"), {"static": switch}), REBOOT).ok
    assert switch.restarted == ["web1"]
