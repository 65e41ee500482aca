"""What a worker says arrives as it was said: masked, in order, and before the next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from onramp.evidence import events
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.evidence.stored_events import read_events
from onramp.fleet.journal import Journal
from onramp.fleet.messages import (
    Batch,
    EventLine,
    KnownHosts,
    LogPiece,
    Said,
    batch_text,
    read_batch,
)
from onramp.fleet.shards import Ledger
from onramp.fleet.streamed_evidence import StreamedEvidence, pieces
from onramp.model.action import Outcome
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.text.masking import Masker

SECRET = "tops3cret-value"


class Wire:
    """An uplink whose other end is written to at once, as texts of JSON."""

    def __init__(self, wanted: bool = True) -> None:
        self.said: list[Said] = []
        self.wanted = wanted

    def send(self, said: Said) -> None:
        self.said.append(said)

    def settled(self) -> bool:
        return self.wanted

    def batch(self, attempt: int = 1, execution: str = "one") -> Batch:
        return read_batch(batch_text(Batch(attempt, execution, "w", len(self.said), self.said)))


def filled(evidence: HostEvidence) -> None:
    """As a host's thread fills it."""
    evidence.append(events.StepEvent(id="connect", title="Log in", state="started"))
    outcome = Outcome("id", 0, stdout=f"uid=0 {SECRET} \udcff\n")
    log = evidence.log("connect", "try", outcome, "id")
    evidence.append(events.CommandEvent(
        step="connect", role="try", attempt=1, shown=f"id {SECRET}", exit_code=0, log=log
    ))  # fmt: skip
    evidence.append(events.Note(text="\ud83d is half of something"))
    evidence.append(events.End(status="passed", total_s=1.0))


class Controller:
    """One host's evidence on the controller, and who may say something of it."""

    def __init__(self, folder: Path) -> None:
        options = RunOptions("doctor", Stack("empty", "", {}), (Host("h", "192.0.2.1"),))
        run = RunSession(options, {}, {})
        self.directory = RunDirectory.create(folder, command="", masker=Masker([SECRET]))
        self.session = HostSession(run, options.hosts[0], self.directory.host("h"))
        self.ledger = Ledger(["h"])
        self.ended: list[str] = []
        self.accepted: list[KnownHosts] = []
        self.journal = Journal(
            [self.session],
            self.ledger,
            masker=Masker([SECRET]),
            ended=lambda one: self.ended.append(one.host.name),
            accepted=self.accepted.append,
        )
        self.ledger.give(["h"])

    def events(self) -> list[dict[str, object]]:
        """Without their times."""
        path = self.session.evidence.path / "events.jsonl"
        found = read_events(path) if path.exists() else []
        return [{k: v for k, v in event.items() if k != "t"} for event in found]


def streamed(wire: Wire) -> StreamedEvidence:
    return StreamedEvidence("h", masker=Masker([SECRET]), spec="h", uplink=wire)


def test_a_streamed_host_has_the_evidence_of_a_local_one(tmp_path: Path) -> None:
    here = RunDirectory.create(tmp_path / "here", command="", masker=Masker([SECRET])).host("h")
    filled(here)
    wire, controller = Wire(), Controller(tmp_path / "there")
    filled(streamed(wire))
    answer = controller.journal.keep(wire.batch())
    assert answer.number == len(wire.said)
    assert controller.ended == ["h"]
    local = [
        {k: v for k, v in e.items() if k != "t"} for e in read_events(here.path / "events.jsonl")
    ]
    assert controller.events() == local
    name = "logs/0001-connect-try.log"
    there = controller.session.evidence.path
    assert (there / name).read_bytes() == (here.path / name).read_bytes()


def test_no_secret_leaves_the_worker() -> None:
    wire = Wire()
    filled(streamed(wire))
    assert SECRET not in batch_text(wire.batch())


def test_secrets_are_masked_here_too(tmp_path: Path) -> None:
    controller = Controller(tmp_path)
    wire = Wire()
    wire.said = [
        EventLine("h", {"event": "note", "text": SECRET}),
        LogPiece("h", "logs/0001-a-try.log", SECRET[:5], False),
        LogPiece("h", "logs/0001-a-try.log", SECRET[5:], True),
    ]
    controller.journal.keep(wire.batch())
    folder = controller.session.evidence.path
    for path in folder.rglob("*.*"):
        assert path.is_dir() or SECRET not in path.read_text()


def test_a_step_that_is_not_wanted_is_not_begun() -> None:
    with pytest.raises(Interrupted):
        filled(streamed(Wire(wanted=False)))


def test_nothing_of_a_given_up_attempt_is_written(tmp_path: Path) -> None:
    wire, controller = Wire(), Controller(tmp_path)
    filled(streamed(wire))
    controller.ledger.give_up(1)
    assert controller.journal.keep(wire.batch()).stop == "refused"
    assert controller.events() == []


def test_a_torn_log_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    wire, controller = Wire(), Controller(tmp_path)
    wire.said = [LogPiece("h", "logs/0001-a-try.log", "so far", False)]
    controller.journal.keep(wire.batch())
    controller.journal.torn("h")
    log = controller.session.evidence.path / "logs/0001-a-try.log"
    assert log.read_text() == "so far"


@pytest.mark.parametrize("name", ["logs/../../x.log", "/etc/x", "x.log", "logs/a/b"])
def test_a_log_is_written_nowhere_else(name: str) -> None:
    wire = Wire()
    wire.said = [LogPiece("h", name, "", True)]
    with pytest.raises(ValueError, match="Expected `str` matching regex"):
        wire.batch()


def test_a_text_in_pieces_is_the_text() -> None:
    assert pieces("", 3) == [("", True)]
    assert pieces("abc", 3) == [("abc", True)]
    assert pieces("abcd", 3) == [("abc", False), ("d", True)]


def test_logs_of_a_run_that_goes_on_are_counted_on(tmp_path: Path) -> None:
    wire = Wire()
    evidence = StreamedEvidence("h", masker=Masker(), spec="h", uplink=wire, logs_before=3)
    outcome = Outcome("id", 0, stdout="uid=0\n")
    assert evidence.log("connect", "try", outcome, "id") == "logs/0004-connect-try.log"
