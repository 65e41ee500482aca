"""docs/ratings.md says what onramp/reports/ratings.py does: its tables are held against it."""

from __future__ import annotations

import re

import pytest

from onramp.evidence.replay import host_run
from onramp.evidence.stored_events import read_events
from onramp.model.pain import SEVERITIES
from onramp.model.rating import STAGES
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports import ratings as rating
from places import RATED, ROOT

PAGE = (ROOT / "docs" / "ratings.md").read_text()
COLUMNS = ("set_up", "task", "shut_down", "documentation")


def table(heading: str, which: int = 0) -> list[list[str]]:
    """The rows of a section's table, without its head; cells without backticks."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"(?:^\|.*\|\n)+", section + "\n", re.MULTILINE)
    rows = [row.strip("| ").split(" | ") for row in blocks[which].strip().split("\n")]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows[2:]]


def recorded() -> dict[str, HostRun]:
    return {path.stem: host_run(read_events(path)) for path in sorted(RATED.glob("*.jsonl"))}


def measured(run: HostRun) -> list[int | None]:
    ratings = rating.rate(run, catalogue())
    return [ratings[name].measured for name in COLUMNS]


def test_the_stages_are_those_of_the_code() -> None:
    rows = {name: tuple(steps.split(", ")) for name, steps in table("What counts for which rating")}
    assert rows == dict(STAGES)
    assert all(f"`{step}`" in PAGE for step in rating.WAY_IN)


def test_the_severities_cost_what_the_page_says() -> None:
    rows = {row[0]: tuple(map(int, row[1:])) for row in table("Points lost for a stumble")}
    assert rows == {
        severity: (rating.MET[severity], rating.FORESEEN[severity], rating.UNDOCUMENTED[severity])
        for severity in SEVERITIES
    }
    assert f"counts as {rating.UNKNOWN_SEVERITY}" in PAGE


def test_detours_waits_and_relics_cost_what_the_page_says() -> None:
    rows = {(what, float(least), int(points)) for what, least, points in table(WHAT_IT_COST)}
    tiers = {
        "extra commands": rating.EXTRA_COMMANDS,
        "seconds lost to stumbles": rating.SECONDS_LOST,
        "left behind": rating.LEFTOVERS,
        "logging out and in again": ((1, rating.RELOGIN),),
        "workaround": ((1, rating.WORKAROUND),),
    }
    assert rows == {(what, least, points) for what, tier in tiers.items() for least, points in tier}


WHAT_IT_COST = "Points lost for what it cost"


def test_what_applies_to_single_stumbles_costs_what_the_page_says() -> None:
    rows = [(what.split(", ")[0], int(points)) for what, points in table(WHAT_IT_COST, 1)]
    assert rows == [
        ("needs a person (to do it", rating.NEEDS_A_PERSON),
        *rating.SHARP.items(),
    ]


def test_the_documentation_loses_what_the_page_says() -> None:
    rows = [int(points) for _, points in table("Points lost for the documentation")]
    assert rows == [rating.UNEXPLAINED, rating.DOCUMENTED_WAY_FAILED]
    assert f"keeps at least {rating.LEAST}" in PAGE


def test_the_ten_recorded_runs_have_the_ratings_shown_and_that_order() -> None:
    runs = recorded()
    shown = {row[0]: [int(cell) for cell in row[1:]] for row in table("Ten recorded runs")}
    assert len(shown) == 10
    assert set(shown) == set(runs)
    for name, (*four, total) in shown.items():
        assert four == measured(runs[name]), name
        assert total == sum(four)
    sums = [row[-1] for row in shown.values()]
    assert sums == sorted(sums, reverse=True)
    assert len(set(sums)) == 10


def test_each_recorded_run_is_argued_in_the_order_of_the_table() -> None:
    argued = re.findall(r"^\d+\. `([a-z0-9-]+)`:", PAGE, re.MULTILINE)
    assert argued == [row[0] for row in table("Ten recorded runs")]


@pytest.mark.parametrize("name", sorted(path.stem for path in RATED.glob("*.jsonl")))
def test_the_reasons_of_a_recorded_run_add_up(name: str) -> None:
    run = recorded()[name]
    for value in rating.rate(run, catalogue()).values():
        points = [int(found[1]) for why in value.because if (found := re.match(r"(\d+) for ", why))]
        if value.measured == 1:
            assert not value.because[0][0].isdigit()  # what failed is named first
        else:
            assert value.measured == max(rating.LEAST, 10 - sum(points))
            assert len(points) == len(value.because)
