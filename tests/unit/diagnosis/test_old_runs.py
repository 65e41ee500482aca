"""The replayed diagnosis is the live one: on recorded runs, on transcripts, on any run at all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import recorded_runs
from onramp.diagnosis import matching, transcripts
from onramp.diagnosis.transcripts import Transcript
from onramp.evidence import attempts, events
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.model.action import Command, Outcome
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.pain import Finding, PainPoint, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.settings import Settings, told
from onramp.model.stack import Stack
from onramp.model.step import Attempt, Step
from onramp.pains import catalogue
from onramp.pipeline import step_runner
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.text.masking import Masker
from places import TRANSCRIPTS as FOLDER
from replayed import again, assert_agrees

SOCKET = (
    "permission denied while trying to connect to the Docker daemon socket at "
    "unix:///var/run/docker.sock"
)
RATE_LIMIT = "toomanyrequests: You have reached your pull rate limit."
RECORDED = ("debian-12-sysv", "debian-13")
TRANSCRIPTS = sorted(set(FOLDER.glob("*/*.yml")) - set(FOLDER.glob("*/pasted-*.yml")))


def host(folder: Path) -> HostEvidence:
    return RunDirectory.create(folder, command="x", masker=Masker(())).host("web1")


def led(found: Sequence[Finding]) -> list[str]:
    return [one.pain for one in found if one.how == "encountered" and one.outcome != "noted"]


# --- two runs that once were told otherwise than they had gone ------------------------------------


class Answers:
    """A connection on which each command prints what it was told to."""

    def __init__(self, outcomes: dict[str, list[Outcome]]) -> None:
        self.outcomes = outcomes

    def run(self, command: Command) -> Outcome:
        known = self.outcomes.get(command.script) or [Outcome(command.shown, 0)]
        seen = known.pop(0) if len(known) > 1 else known[0]
        return replace(seen, command=command.shown)

    def reopen(self) -> None:
        """Logging in again always works here."""


def performed(
    folder: Path, step: Step, outcomes: dict[str, list[Outcome]], pains: Any = None
) -> tuple[HostEvidence, list[Attempt]]:
    """A step really performed, its evidence on disk, and the attempts that were diagnosed."""
    evidence, seen = host(folder), []
    wanted = RunOptions("evaluate", Stack("empty", "", {}))
    known = catalogue() if pains is None else pains
    session = HostSession(RunSession(wanted, known, {}, None), Host("web1", ""), evidence)
    session.opened = Answers(outcomes)  # type: ignore[assignment]
    matches = matching.matches

    def noticed(attempt: Attempt, known: Any) -> Any:
        seen.append(attempt)
        return matches(attempt, known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "matches", noticed)
        step_runner.perform(session, step, Situation(Facts(user="newcomer"), Settings()))
    return evidence, seen


def test_a_banner_is_no_output_when_an_old_run_is_read(tmp_path: Path) -> None:
    step = Step("build", "Build", apply=(Command("make it"),))
    odd = Outcome("", 3, stderr="gremlins\n--- stdout ---\nin the wires", noise=f"motd: {SOCKET}")
    evidence, _ = performed(tmp_path, step, {"make it": [odd]})
    assert any(event["event"] == "unexplained" for event in evidence.events())
    assert led(again(evidence.path)) == []


def test_what_a_step_had_printed_before_is_context_when_an_old_run_is_read(tmp_path: Path) -> None:
    step = Step("build", "Build", apply=(Command("pull"), Command("build")))
    said = {"pull": [Outcome("", 0, stderr=RATE_LIMIT)], "build": [Outcome("", 1, stderr="failed")]}
    evidence, _ = performed(tmp_path, step, said)
    met = [event["pain"] for event in evidence.events() if event["event"] == "finding"]
    assert met[0] == "registry-rate-limit"
    assert led(again(evidence.path))[0] == "registry-rate-limit"


# --- any run at all -------------------------------------------------------------------------------

WORDS = ("boom one", "boom two", "all is well", "--- stderr ---", "--- before it began ---", "")


def a_pain(name: str, *, actions: int) -> PainPoint:
    plan = RemedyPlan(tuple(Command(f"fix {name} {number}") for number in range(actions)))
    remedy = Remedy("safe", "Do it.", lambda situation: plan)
    return PainPoint(
        id=name, phase="install", title=name, severity="major", cause="because",
        symptoms=(Symptom(name),), remedy=remedy, probe=Command(f"ask {name}"),
    )  # fmt: skip


PAINS = {name: a_pain(name, actions=count) for name, count in (("boom one", 1), ("boom two", 2))}


def any_outcome(chance: random.Random) -> Outcome:
    def words() -> str:
        return "\n".join(chance.choices(WORDS, k=chance.randrange(4)))

    return Outcome("", chance.choice((0, 0, 1, 3)), words(), words(), noise=words())


@pytest.mark.parametrize("seed", range(60))
def test_attempts_are_read_back_as_they_were_made(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    scripts = ["look", "do", "go on", "prove", "log", *(f"ask {name}" for name in PAINS)]
    scripts += [action.script for pain in PAINS.values() for action in _actions(pain)]
    outcomes = {script: [any_outcome(chance) for _ in range(6)] for script in scripts}
    step = Step(
        "s", "S", tries=(Command("look"),), apply=(Command("do"), Command("go on")),
        verify=(Command("prove"),), context=(Command("log"),),
    )  # fmt: skip
    evidence, live = performed(tmp_path, step, outcomes, PAINS)
    outcome_of = attempts.outcome_in(evidence.path)
    read = [one.attempt for one in attempts.tried(evidence.events(), outcome_of) if one.failed]
    assert [_compared(one) for one in read] == [_compared(one) for one in live]


def _actions(pain: PainPoint) -> tuple[Any, ...]:
    assert pain.remedy
    assert pain.remedy.cure
    plan = pain.remedy.cure(Situation(Facts(), Settings()))
    return plan.actions if plan else ()


def _compared(attempt: Attempt) -> Any:
    seen = [(one.command, one.exit_code, _lines(one)) for one in attempt.context]
    outcome = attempt.outcome
    head = (attempt.step, attempt.number, attempt.role, outcome.command, outcome.exit_code)
    return (*head, _lines(outcome), outcome.noise.rstrip("\n"), seen)


def _lines(outcome: Outcome) -> tuple[str, str]:
    return outcome.stdout.rstrip("\n"), outcome.stderr.rstrip("\n")


# --- recorded runs and transcripts ----------------------------------------------------------------


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_runs_are_diagnosed_as_they_were(tmp_path: Path, name: str) -> None:
    events, logs = recorded_runs.recording(name)
    recorded_runs.write_host(tmp_path, name, events, logs)
    assert_agrees(tmp_path / "hosts" / name)


def written(folder: Path, transcript: Transcript) -> HostEvidence:
    """A transcript as the evidence a run would have left."""
    evidence = host(folder)
    attempt = transcript.attempt
    evidence.write({"event": "host", "name": "web1", "settings": told(transcript.settings)})
    if transcript.facts != Facts():
        evidence.append(transcript.facts)
    if attempt:
        evidence.append(events.StepEvent(id=attempt.step, state="started"))
        _command(evidence, attempt, attempt.role, attempt.outcome)
        for outcome in attempt.context:
            _command(evidence, attempt, "probe", outcome)
        for pain, outcome in transcript.probes.items():
            _command(evidence, attempt, "probe", outcome, pain)
        if attempt.role == "survey":
            evidence.write({"event": "unexplained", "step": "survey"})
    return evidence


def _command(
    evidence: HostEvidence, attempt: Attempt, role: str, outcome: Outcome, pain: str = ""
) -> None:
    log = evidence.log(attempt.step, role, outcome, outcome.command)
    evidence.append(events.CommandEvent(
        step=attempt.step, role=role, attempt=attempt.number, pain=pain,
        shown=outcome.command, exit_code=outcome.exit_code, cut=outcome.cut, log=log,
    ))  # fmt: skip


def loaded() -> Iterator[Transcript]:
    for path in TRANSCRIPTS:
        yield transcripts.load(path)


def test_a_transcript_says_the_same_as_the_run_it_stands_for(tmp_path: Path) -> None:
    """What diagnosis says of a transcript, it says of the evidence a run would have left."""
    assert len(TRANSCRIPTS) > 300
    for number, transcript in enumerate(loaded()):
        evidence = written(tmp_path / str(number), transcript)
        found = again(evidence.path)
        leading = transcripts.leading(transcript, catalogue())
        if transcript.attempt is None or transcript.attempt.outcome.ok:
            assert leading in {one.pain for one in found}, TRANSCRIPTS[number]
        else:
            assert (led(found) or [None])[0] == leading, TRANSCRIPTS[number]
