"""The retry loop and its decisions, against a link that fails on any command it was not told of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import pytest

from onramp.evidence import event_lines
from onramp.evidence.events import Event, Noun
from onramp.model.action import Check, Command, Outcome, Relogin, Upload
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.pain import Finding, PainPoint, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.settings import Settings
from onramp.model.stack import Stack
from onramp.model.step import Step
from onramp.pipeline import checks, step_runner
from onramp.pipeline.check_run import CheckRun
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.run_session import Prompts, RunOptions, RunSession

Answer = tuple[int, str]


class Script:
    """Answers each script with its next line; the last one holds from then on."""

    def __init__(self, answers: dict[str, Sequence[Answer]]) -> None:
        self.answers = {script: list(lines) for script, lines in answers.items()}
        self.ran: list[str] = []
        self.logins = 0

    def run(self, command: Command) -> Outcome:
        self.ran.append(command.script)
        lines = self.answers[command.script]  # KeyError: nobody said it would be run
        code, text = lines.pop(0) if len(lines) > 1 else lines[0]
        return Outcome(command.shown, code, stderr=text, seconds=0.01)

    def upload(self, upload: Upload) -> Outcome:
        raise AssertionError(upload)

    def reopen(self) -> None:
        self.logins += 1


class Notes:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def append(self, event: Event | Noun) -> None:
        self.events.append(event_lines.line(event))

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        return f"logs/{step}"

    def let_go(self) -> AbstractContextManager[None]:
        return nullcontext()

    def last(self, event: str) -> dict[str, Any]:
        return [one for one in self.events if one["event"] == event][-1]


def pain(
    name: str,
    pattern: str,
    cure: RemedyPlan | Callable[[Situation], RemedyPlan | None] | None = None,
    kind: str = "safe",
    **more: Any,
) -> PainPoint:
    make = cure if callable(cure) else (lambda situation: cure)
    remedy = Remedy(kind, "Do it.", make) if cure is not None else None  # type: ignore[arg-type]
    return PainPoint(
        id=name, phase="install", title=name, severity="major", cause="because",
        symptoms=(Symptom(pattern),), remedy=remedy, **more,
    )  # fmt: skip


def run(
    step: Step,
    link: Script,
    pains: Sequence[PainPoint] = (),
    **options: Any,
) -> tuple[str, Notes]:
    host = session(link, pains, **options)
    done = step_runner.perform(host, step, Situation(Facts(user="me"), Settings()))
    return done.status, cast(Notes, host.evidence)


def session(
    link: Script,
    pains: Sequence[PainPoint],
    *,
    cancel: threading.Event | None = None,
    prompts: Prompts | None = None,
    **options: Any,
) -> HostSession:
    """A host that has been logged in to, and what its run was asked for."""
    wanted = RunOptions("evaluate", Stack("empty", "", {}), **options)
    run = RunSession(
        wanted, {one.id: one for one in pains}, {}, prompts, cancel=cancel or threading.Event()
    )
    host = HostSession(run, Host("web1", ""), Notes())  # type: ignore[arg-type]
    host.opened = link  # type: ignore[assignment]
    return host


FIX = RemedyPlan((Command("fix"),))
BROKEN = Step("s", "S", apply=(Command("do"),))


def test_a_step_that_holds_runs_nothing() -> None:
    link = Script({})
    status, notes = run(Step("s", "S", holds=lambda facts: True, apply=(Command("do"),)), link)
    assert (status, link.ran) == ("satisfied", [])
    assert notes.last("step")["attempts"] == 0


def test_tries_alone_leave_a_step_satisfied() -> None:
    status, _ = run(Step("s", "S", tries=(Command("look"),)), Script({"look": [(0, "")]}))
    assert status == "satisfied"


def test_a_failure_is_diagnosed_cured_and_tried_again() -> None:
    link = Script({"do": [(1, "boom here"), (0, "")], "fix": [(0, "")]})
    status, notes = run(BROKEN, link, [pain("boom", "boom", FIX)])
    assert (status, link.ran) == ("changed", ["do", "fix", "do"])
    finding = notes.last("finding")
    assert finding["outcome"] == "remedied"
    assert finding["remedy_commands"] == ["fix"]
    assert finding["extra_commands"] == 1
    assert finding["evidence"]["exit_code"] == 1
    assert "boom here" in finding["evidence"]["excerpt"]


def test_a_remedy_runs_once_for_a_step() -> None:
    link = Script({"do": [(1, "boom")], "fix": [(0, "")]})
    status, notes = run(BROKEN, link, [pain("boom", "boom", FIX)])
    assert (status, link.ran) == ("failed", ["do", "fix", "do"])
    assert notes.last("finding")["outcome"] == "unresolved"


def test_what_nobody_knows_is_unexplained_with_its_last_words() -> None:
    link = Script({"do": [(3, "first\nE: strange words\n")]})
    status, notes = run(BROKEN, link, [pain("boom", "boom", FIX)])
    assert status == "failed"
    assert "strange words" in notes.last("unexplained")["evidence"]["excerpt"]
    assert notes.last("unexplained")["evidence"]["exit_code"] == 3


@pytest.mark.parametrize(
    ("allow", "answer", "ran"),
    [
        ((), None, ["do"]),
        (("boom",), None, ["do", "fix", "do"]),
        (("all",), None, ["do", "fix", "do"]),
        (("other",), None, ["do"]),
        ((), True, ["do", "fix", "do"]),
        ((), False, ["do"]),
    ],
)
def test_ask_remedies_need_leave(
    allow: tuple[str, ...], answer: bool | None, ran: list[str]
) -> None:
    link = Script({"do": [(1, "boom"), (0, "")], "fix": [(0, "")]})
    asked: list[str] = []

    class Prompts:
        def remedy(self, host: str, finding: Finding, what: str) -> bool:
            asked.append(finding.pain)
            return bool(answer)

        def yes(self, question: str) -> bool:
            raise AssertionError(question)

    _, notes = run(
        BROKEN, link, [pain("boom", "boom", FIX, kind="ask")], allow=allow,
        prompts=Prompts() if answer is not None else None,
    )  # fmt: skip
    assert link.ran == ran
    assert asked == (["boom"] if answer is not None else [])
    assert notes.last("finding")["outcome"] == ("remedied" if len(ran) > 1 else "needs-human")


def test_human_remedies_never_run_even_with_leave() -> None:
    link = Script({"do": [(1, "boom")]})
    status, notes = run(BROKEN, link, [pain("boom", "boom", FIX, kind="human")], allow=("all",))
    assert (status, link.ran) == ("failed", ["do"])
    assert notes.last("finding")["outcome"] == "needs-human"


def test_remedies_switched_off() -> None:
    link = Script({"do": [(1, "boom")]})
    status, notes = run(BROKEN, link, [pain("boom", "boom", FIX)], remedies=False)
    assert (status, link.ran) == ("failed", ["do"])
    assert notes.last("finding")["outcome"] == "unresolved"


def test_a_failing_remedy_is_itself_diagnosed() -> None:
    link = Script(
        {"do": [(1, "boom"), (0, "")], "fix": [(127, "no fix here")], "other fix": [(0, "")]}
    )
    pains = [
        pain("boom", "boom", FIX),
        pain("nofix", "no fix", RemedyPlan((Command("other fix"),), then="continue")),
    ]
    status, notes = run(BROKEN, link, pains)
    assert (status, link.ran) == ("changed", ["do", "fix", "other fix", "do"])
    found = {e["pain"]: e for e in notes.events if e["event"] == "finding"}
    assert {name: one["outcome"] for name, one in found.items()} == {
        "boom": "remedied",
        "nofix": "remedied",
    }
    assert found["boom"]["remedy_commands"] == ["other fix"]  # what really helped


def test_remedies_that_break_each_other_end() -> None:
    """Each level of a remedy within a remedy has used up its pain point: none is repaired twice."""
    names = ("a", "b", "c")
    pains = [
        pain(name, f"broken by {name}", RemedyPlan((Command(f"fix {name}"),))) for name in names
    ]
    link = Script(
        {
            "do": [(1, "broken by a")],
            "fix a": [(1, "broken by b")],
            "fix b": [(1, "broken by c")],
            "fix c": [(1, "broken by a")],
        }
    )
    status, notes = run(BROKEN, link, pains)
    assert (status, link.ran) == ("failed", ["do", "fix a", "fix b", "fix c"])
    ended = {e["pain"]: e["outcome"] for e in notes.events if e["event"] == "finding"}
    assert ended == dict.fromkeys(names, "unresolved")


def test_waiting_is_repeated_within_the_budget() -> None:
    wait = RemedyPlan(wait_s=0.01)
    link = Script({"do": [(1, "busy"), (1, "busy"), (0, "")]})
    status, notes = run(BROKEN, link, [pain("busy", "busy", wait)])
    assert (status, len(link.ran)) == ("changed", 3)
    assert notes.last("finding")["outcome"] == "remedied"
    link = Script({"do": [(1, "busy")]})
    step = Step("s", "S", apply=(Command("do"),), budget_s=0.05)
    status, notes = run(step, link, [pain("busy", "busy", RemedyPlan(wait_s=0.02))])
    assert status == "failed"
    assert notes.last("finding")["outcome"] == "unresolved"
    assert 2 <= len(link.ran) <= 6


def test_logging_in_again_is_part_of_a_remedy() -> None:
    link = Script({"do": [(1, "boom"), (0, "")]})
    status, _ = run(BROKEN, link, [pain("boom", "boom", RemedyPlan((Relogin(),)))])
    assert (status, link.logins) == ("changed", 1)


def test_noted_and_gone_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(check: CheckRun) -> bool:
        check.out.append("web exited (137)")
        return False

    monkeypatch.setattr(checks, "CHECKS", {"exit-codes": killed})
    step = Step("s", "S", apply=(Command("stop"), Check("exit-codes")), verify=(Command("start"),))
    link = Script({"stop": [(0, "")], "start": [(0, "")]})
    status, notes = run(
        step,
        link,
        [pain("killed", r"exited \(137\)", RemedyPlan(then="continue"))],
    )
    assert (status, link.ran) == ("changed", ["stop", "start"])
    assert notes.last("finding")["outcome"] == "noted"


def test_what_was_seen_before_the_failure_explains_it() -> None:
    step = Step("s", "S", apply=(Command("update"), Command("install")))
    link = Script({"update": [(0, "W: no route")], "install": [(100, "E: no package")]})
    status, notes = run(step, link, [pain("route", "no route")])
    assert status == "failed"
    finding = notes.last("finding")
    assert finding["pain"] == "route"
    assert finding["evidence"]["command"] == "install"
    assert "no route" in finding["evidence"]["excerpt"]


def test_context_commands_run_only_after_a_failure() -> None:
    step = Step("s", "S", apply=(Command("do"),), context=(Command("journal"),))
    link = Script({"do": [(0, "")]})
    assert run(step, link)[0] == "changed"
    link = Script({"do": [(1, "failed")], "journal": [(0, "the real cause")]})
    _, notes = run(step, link, [pain("cause", "real cause")])
    assert notes.last("finding")["pain"] == "cause"


def test_a_root_cause_folds_its_echoes() -> None:
    link = Script({"do": [(1, "disk full\nno such host\n")]})
    pains = [pain("dns", "no such host"), pain("disk", "disk full", explains=("dns",))]
    _, notes = run(BROKEN, link, pains)
    finding = notes.last("finding")
    assert (finding["pain"], finding["consequences"]) == ("disk", ["dns"])
    assert len([e for e in notes.events if e["event"] == "finding"]) == 1


def test_probes_tell_two_causes_apart() -> None:
    def stale(expected: str) -> Callable[[Situation], bool | None]:
        return lambda situation: bool(situation.probe and expected in situation.probe.stderr)

    probe = Command("id")
    pains = [
        pain("missing", "denied", confirm=stale("no"), probe=probe),
        pain("stale", "denied", confirm=stale("yes"), probe=probe),
    ]
    _, notes = run(BROKEN, Script({"do": [(1, "denied")], "id": [(0, "yes")]}), pains)
    assert notes.last("finding")["pain"] == "stale"


def test_a_broken_pain_point_is_a_visible_fault_and_the_rest_goes_on() -> None:
    def broken(situation: Situation) -> bool | None:
        raise ZeroDivisionError("oops")

    link = Script({"do": [(1, "boom"), (0, "")], "fix": [(0, "")]})
    pains = [pain("bad", "boom", confirm=broken), pain("boom", "boom", FIX)]
    status, notes = run(BROKEN, link, pains)
    assert status == "changed"
    assert "bad" in notes.last("fault")["text"]
    assert "oops" in notes.last("fault")["details"]


def test_settings_of_a_cure_are_handed_on() -> None:
    cure = RemedyPlan(then="replan", settings={"docker.method": "distribution"})
    link = Script({"do": [(1, "boom")]})
    host = session(link, [pain("boom", "boom", cure)])
    done = step_runner.perform(host, BROKEN, Situation(Facts(), Settings()))
    assert done.settings == {"docker.method": "distribution"}


def test_cancelled_before_the_next_action() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Interrupted):
        run(BROKEN, Script({"do": [(0, "")]}), cancel=cancel)


def test_sensitive_scripts_are_not_written_down() -> None:
    step = Step("s", "S", apply=(Command("echo hunter2", sensitive=True, display="a secret"),))
    _, notes = run(step, Script({"echo hunter2": [(1, "hunter2")]}))
    command = notes.last("command")
    assert command["script"] == ""
    assert "hunter2" not in str([e for e in notes.events if e["event"] == "command"])
