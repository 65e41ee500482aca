"""Ratings: anchored, explained, the same for the same events, and never raised by a stumble."""

from __future__ import annotations

import dataclasses
import random
import re

import example_runs as examples
import pytest

from harness import rating
from harness.model import CommandRun, Evidence, Finding, HostRun, PainOutcome, Rating, StepRun
from harness.rating import STAGES, rate

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
    provisioned = dataclasses.replace(examples.clean(), steps=examples.clean().steps[:5])
    assert measured(provisioned)["set_up"] == 10
    assert measured(provisioned)["task"] is None


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
    run = dataclasses.replace(
        examples.clean(), reviewer={"ratings": {"set_up": 4, "task": 99, "shut_down": True}}
    )
    ratings = rate(run, CATALOGUE)
    assert ratings["set_up"] == Rating(10, 4)
    assert (ratings["task"].reviewer, ratings["shut_down"].reviewer) == (None, None)
    odd = dataclasses.replace(run, reviewer={"ratings": ["x"]})
    assert rate(odd, CATALOGUE)["set_up"].reviewer is None


def test_unknown_pain_points_weigh_like_the_table_says() -> None:
    finding = Finding("from-the-future", "up", "encountered", Evidence("x", 1, ""))
    run = dataclasses.replace(examples.clean(), findings=(finding,))
    task = rate(run, CATALOGUE)["task"]
    assert task.measured == 10 - rating.MET[rating.UNKNOWN_SEVERITY]
    assert "severity unknown" in task.because[0]


def a_finding(dice: random.Random) -> Finding:
    outcomes: tuple[PainOutcome, ...] = ("remedied", "needs-human", "unresolved", "noted")
    steps = [step for stage in STAGES.values() for step in stage]
    return Finding(
        pain=dice.choice([*CATALOGUE, "from-the-future"]),
        step=dice.choice([*steps, "", "preflight"]),
        how=dice.choice(["encountered", "foreseen"]),  # type: ignore[arg-type]
        evidence=Evidence("x", 1, ""),
        outcome=dice.choice(outcomes),
        remedy_commands=dice.choice([(), ("sudo usermod -aG docker newcomer",)]),
        seconds_lost=dice.choice([0.0, 3.0, 59.0, 400.0]),
        extra_commands=dice.choice([0, 1, 2, 7]),
    )


def worse(run: HostRun, dice: random.Random) -> HostRun:
    """The same run with one more thing that went wrong."""
    choice = dice.randrange(4)
    if choice == 0:
        return dataclasses.replace(run, leftovers=(*(run.leftovers or ()), "volume x"))
    if choice == 1 and run.steps:
        at = dice.randrange(len(run.steps))
        relogin = CommandRun("x", "remedy", "log out and in again", "", False, 0, 1.0, "")
        step = dataclasses.replace(run.steps[at], commands=(*run.steps[at].commands, relogin))
        return dataclasses.replace(run, steps=(*run.steps[:at], step, *run.steps[at + 1 :]))
    if choice == 2 and run.status == "failed" and run.steps:
        return _one_more_failed(run, dice)
    return dataclasses.replace(run, findings=(*run.findings, a_finding(dice)))


def _one_more_failed(run: HostRun, dice: random.Random) -> HostRun:
    at = dice.randrange(len(run.steps))
    step: StepRun = dataclasses.replace(run.steps[at], status="failed")
    return dataclasses.replace(run, steps=(*run.steps[:at], step, *run.steps[at + 1 :]))


@pytest.mark.parametrize("seed", range(30))
def test_an_added_stumble_never_raises_a_rating(seed: int) -> None:
    dice = random.Random(seed)
    for run in examples.all_kinds():
        before = measured(run)
        for _ in range(15):
            run = worse(run, dice)
            after = measured(run)
            for name, value in after.items():
                earlier = before[name]
                assert value is None or earlier is None or value <= earlier
                assert value is None or 1 <= value <= 10
            before = after


def test_the_same_events_give_the_same_numbers() -> None:
    assert rate(examples.passed(), CATALOGUE) == rate(examples.passed(), CATALOGUE)
