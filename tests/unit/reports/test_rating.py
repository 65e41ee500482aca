"""Ratings: anchored, explained, the same for the same events, and never raised by a stumble."""

from __future__ import annotations

import random
import re

import msgspec
import pytest

import example_runs as examples
from onramp import journey
from onramp.evidence import replay
from onramp.evidence.stored_events import read_events
from onramp.model.pain import Evidence, Finding, PainOutcome, Unexplained
from onramp.model.rating import STAGES
from onramp.model.run import CommandRun, HostRun, Rating, StepRun
from onramp.pains import catalogue
from onramp.reports import ratings as rating
from onramp.reports.ratings import rate
from places import RATED

CATALOGUE = examples.CATALOGUE


def measured(run: HostRun) -> dict[str, int | None]:
    return {name: value.measured for name, value in rate(run, CATALOGUE).items()}


def test_a_run_without_a_stumble_is_a_ten() -> None:
    ratings = rate(examples.clean(), CATALOGUE)
    assert set(ratings) == {"set_up", "task", "shut_down", "documentation"}
    assert all(value == Rating(10) for value in ratings.values())


def test_a_run_that_never_came_up_is_a_one() -> None:
    ratings = rate(examples.failed(), CATALOGUE)
    assert [ratings[name].measured for name in STAGES] == [1, 1, 1]
    assert ratings["set_up"].because[0] == "`install-engine` failed"
    assert ratings["task"].because == ("never reached, an earlier step failed",)
    assert (ratings["documentation"].measured or 10) < 10


def test_what_was_never_tried_is_not_rated() -> None:
    for run in (examples.unreachable(), examples.planned()):
        assert set(measured(run).values()) == {None}
    assert measured(examples.interrupted())["task"] is None
    provisioned = msgspec.structs.replace(examples.clean(), steps=examples.clean().steps[:5])
    assert measured(provisioned)["set_up"] == 10
    assert measured(provisioned)["task"] is None


def reached_to(scope: journey.Scope, *events: replay.Event) -> HostRun:
    """A host on which no more than `events` happened, asked to go the way of `scope`."""
    asked = list(journey.ids(scope))
    return replay.host_run([examples.host("web8", asked=asked), *events, examples.end("failed")])


NO_SURVEY = examples.step("survey", "failed")


def test_a_deployment_says_nothing_of_the_set_up() -> None:
    steps = tuple(step for step in examples.clean().steps if step.id not in STAGES["set_up"][2:])
    run = msgspec.structs.replace(examples.clean(), steps=steps, asked=journey.ids("deploy"))
    assert (measured(run)["set_up"], measured(run)["task"]) == (None, 10)
    without = msgspec.structs.replace(run, asked=())  # as older runs wrote it down
    assert measured(without)["set_up"] is None


def test_a_host_that_stopped_before_a_plan_never_came_up() -> None:
    stages = {
        scope: [measured(reached_to(scope, *NO_SURVEY))[stage] for stage in STAGES]
        for scope in journey.SCOPES
    }
    assert stages == {
        "evaluate": [1, 1, 1],
        "provision": [1, None, None],
        "deploy": [None, 1, None],
        "teardown": [None, None, 1],
        "doctor": [None, None, None],
    }


def test_a_fault_of_ours_is_no_verdict_on_the_host() -> None:
    fault = {"event": "fault", "text": "KeyError: 'x'"}
    broken = reached_to("evaluate", fault)
    assert set(measured(broken).values()) == {None}
    assert rate(broken, CATALOGUE)["task"].because[0].startswith("not rated: a fault of Onramp")
    explained = msgspec.structs.replace(examples.failed(), faults=("one pain point's code broke",))
    assert measured(explained)["set_up"] == 1


def test_what_was_got_through_is_above_what_never_came_up() -> None:
    dice = random.Random(4)
    many = tuple(msgspec.structs.replace(a_finding(dice), step="up") for _ in range(40))
    run = msgspec.structs.replace(examples.clean(), findings=many)
    assert measured(run)["task"] == rating.LEAST > 1


def test_what_down_is_documented_to_keep_is_no_leftover() -> None:
    kept = ("image redis:alpine", "directory onramp/hello-world")
    run = msgspec.structs.replace(examples.clean(), leftovers=kept)
    assert measured(run)["shut_down"] == 10
    more = msgspec.structs.replace(run, leftovers=(*kept, "volume onramp_counter"))
    assert "one thing left behind" in rate(more, CATALOGUE)["shut_down"].because[0]


def test_a_workaround_is_a_cure_that_is_not_documented() -> None:
    cured = Finding(
        "daemon-not-running", "start-daemon", "encountered", Evidence("x", 1, ""),
        outcome="remedied", remedy_commands=("sudo service docker start",),
    )  # fmt: skip
    run = msgspec.structs.replace(examples.clean(), findings=(cured,))
    assert "a workaround for `daemon-not-running`" in rate(run, CATALOGUE)["set_up"].because[1]
    told = msgspec.structs.replace(cured, remedy_commands=("systemctl enable --now docker",))
    documented = msgspec.structs.replace(run, findings=(told,))
    assert len(rate(documented, CATALOGUE)["set_up"].because) == 1


def test_what_is_foreseen_counts_where_it_would_be_met() -> None:
    foreseen = Finding("stop-timeout-sigkill", "survey", "foreseen", Evidence("x", 0, ""))
    assert rating.stage_of(foreseen, CATALOGUE) == "shut_down"


@pytest.mark.parametrize(
    ("pain", "stage"), [("service-disabled-at-boot", "set_up"), ("no-restart-policy", "task")]
)
def test_what_a_restart_brings_to_light_counts_where_it_was_made(pain: str, stage: str) -> None:
    met = Finding(pain, "after-reboot", "encountered", Evidence("x", 1, ""))
    assert rating.stage_of(met, catalogue()) == stage


def test_every_lost_point_is_named() -> None:
    for run in examples.all_kinds():
        for value in rate(run, CATALOGUE).values():
            named = [re.match(r"(\d+) for ", reason) for reason in value.because]
            if value.measured and value.measured > 1:
                assert 10 - sum(int(match[1]) for match in named if match) == value.measured
                assert all(named)


def test_the_clean_debian_stumble_costs_what_the_table_says() -> None:
    set_up = rate(examples.passed(), CATALOGUE)["set_up"]
    assert set_up.measured == 10 - rating.MET["major"] - rating.RELOGIN
    assert rate(examples.passed(), CATALOGUE)["shut_down"].measured == 9  # it was killed


def test_a_reviewers_rating_stands_beside_and_a_nonsense_one_nowhere() -> None:
    run = msgspec.structs.replace(
        examples.clean(), reviewer={"ratings": {"set_up": 4, "task": 99, "shut_down": True}}
    )
    ratings = rate(run, CATALOGUE)
    assert ratings["set_up"] == Rating(10, 4)
    assert (ratings["task"].reviewer, ratings["shut_down"].reviewer) == (None, None)
    odd = msgspec.structs.replace(run, reviewer={"ratings": ["x"]})
    assert rate(odd, CATALOGUE)["set_up"].reviewer is None


def test_unknown_pain_points_weigh_like_the_table_says() -> None:
    finding = Finding("from-the-future", "up", "encountered", Evidence("x", 1, ""))
    run = msgspec.structs.replace(examples.clean(), findings=(finding,))
    task = rate(run, CATALOGUE)["task"]
    assert task.measured == 10 - rating.MET[rating.UNKNOWN_SEVERITY]
    assert "severity unknown" in task.because[0]


STEP_IDS = tuple(step for stage in STAGES.values() for step in stage)


def a_finding(dice: random.Random) -> Finding:
    outcomes: tuple[PainOutcome, ...] = ("remedied", "needs-human", "unresolved", "noted")
    return Finding(
        pain=dice.choice([*CATALOGUE, "from-the-future"]),
        step=dice.choice([*STEP_IDS, "", "preflight"]),
        how=dice.choice(["encountered", "foreseen"]),  # type: ignore[arg-type]
        evidence=Evidence("x", 1, ""),
        outcome=dice.choice(outcomes),
        remedy_commands=dice.choice([(), ("sudo usermod -aG docker newcomer",)]),
        seconds_lost=dice.choice([0.0, 3.0, 59.0, 400.0]),
        extra_commands=dice.choice([0, 1, 2, 7]),
    )


def worse(run: HostRun, dice: random.Random) -> HostRun:
    """The same run with one more thing that went wrong."""
    choice = dice.randrange(6)
    if choice == 0:
        return msgspec.structs.replace(run, leftovers=(*(run.leftovers or ()), "volume x"))
    if choice == 1 and run.steps:
        at = dice.randrange(len(run.steps))
        relogin = CommandRun("x", "remedy", "log out and in again", "", False, 0, 1.0, "")
        step = msgspec.structs.replace(run.steps[at], commands=(*run.steps[at].commands, relogin))
        return msgspec.structs.replace(run, steps=(*run.steps[:at], step, *run.steps[at + 1 :]))
    if choice == 2 and run.status == "failed" and run.steps:
        return _one_more_failed(run, dice)
    if choice == 3 and run.findings:
        return _costlier(run, dice)
    if choice == 4:
        unknown = Unexplained(dice.choice(STEP_IDS), Evidence("x", 1, "boom"))
        return msgspec.structs.replace(run, unexplained=(*run.unexplained, unknown))
    return msgspec.structs.replace(run, findings=(*run.findings, a_finding(dice)))


def _costlier(run: HostRun, dice: random.Random) -> HostRun:
    """One of its stumbles took longer, or more commands, or turned out to need a person."""
    at = dice.randrange(len(run.findings))
    was = run.findings[at]
    changes = (
        {"seconds_lost": was.seconds_lost + dice.choice([1.0, 50.0, 500.0])},
        {"extra_commands": was.extra_commands + dice.randrange(1, 9)},
        {"outcome": "needs-human", "remedy_commands": ()} if not was.remedy_commands else {},
    )
    found = msgspec.structs.replace(was, **dice.choice(changes))  # type: ignore[arg-type]
    return msgspec.structs.replace(
        run, findings=(*run.findings[:at], found, *run.findings[at + 1 :])
    )


def _one_more_failed(run: HostRun, dice: random.Random) -> HostRun:
    at = dice.randrange(len(run.steps))
    step: StepRun = msgspec.structs.replace(run.steps[at], status="failed")
    return msgspec.structs.replace(run, steps=(*run.steps[:at], step, *run.steps[at + 1 :]))


def recorded() -> list[HostRun]:
    folder = RATED
    return [replay.host_run(read_events(path)) for path in sorted(folder.glob("*.jsonl"))]


@pytest.mark.parametrize("seed", range(15))
def test_an_added_stumble_never_raises_a_rating_nor_makes_it_vanish(seed: int) -> None:
    dice = random.Random(seed)
    for pains in (CATALOGUE, catalogue()):
        for run in [*examples.all_kinds(), *dice.sample(recorded(), 3)]:
            before = rate(run, pains)
            for _ in range(15):
                run = worse(run, dice)
                after = rate(run, pains)
                for name, value in after.items():
                    assert not_better(before[name].measured, value.measured), (name, run)
                before = after


def not_better(before: int | None, after: int | None) -> bool:
    return before is None or (after is not None and 1 <= after <= before)


def test_the_order_in_which_stumbles_are_told_changes_no_number() -> None:
    dice = random.Random(7)
    run = msgspec.structs.replace(
        examples.passed(), findings=tuple(a_finding(dice) for _ in range(9))
    )
    for _ in range(20):
        mixed = msgspec.structs.replace(run, findings=tuple(dice.sample(run.findings, 9)))
        assert measured(mixed) == measured(run)


def test_the_same_events_give_the_same_numbers() -> None:
    assert rate(examples.passed(), CATALOGUE) == rate(examples.passed(), CATALOGUE)
