"""A person's review: asked or read from a file, kept in the run, shown beside what was measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import example_runs as examples
from onramp.cli.commands import report, review
from onramp.errors import UsageError
from onramp.evidence import reviews
from onramp.evidence.replay import Event
from onramp.text.file_names import file_name

HOST = "10.0.0.5:2222"
MINE = """\
ratings: {set_up: 6, task: 9}
notes: |
  The log-out cost me <b>more</b> than | the minute.
mlops: For teams of one.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of two hosts, as its own process left it."""
    run = tmp_path / "20261123T062511Z"
    for name in (HOST, "web2"):
        events: list[Event] = [
            examples.host(name, reviewer={"mlops": "of the author", "strengths": "Short."}),
            *examples.set_up(),
            *examples.group_stumble(),
            *examples.stack(),
            examples.end("passed"),
        ]
        host = run / "hosts" / file_name(name)
        host.mkdir(parents=True)
        (host / "events.jsonl").write_text("\n".join(map(json.dumps, events)))
    (run / "run.json").write_text(json.dumps({"command": "invoke evaluate"}))
    return run


def given(folder: Path, **more: str | None) -> SimpleNamespace:
    known = {"run": folder.name, "runs": str(folder.parent), "host": HOST, "file": None}
    return SimpleNamespace(**{"redact": False, "to": None, **known, **more})


def filed(folder: Path, text: str, **more: str | None) -> int:
    file = folder.parent / "mine.yml"
    file.write_text(text)
    return review.review(given(folder, file=str(file), **more))


def shown(folder: Path, host: str = HOST) -> tuple[dict[str, dict[str, object]], str]:
    """The ratings of report.json, and report.md, written again."""
    assert report.report(given(folder)) == 0
    files = folder / "hosts" / file_name(host)
    found = json.loads((files / "report.json").read_text())["ratings"]
    return found, (files / "report.md").read_text()


def typed(*answers: str) -> Callable[[str], str]:
    left = iter(answers)
    return lambda prompt: next(left)


def test_a_file_is_kept_in_the_run_and_shown_beside_what_was_measured(folder: Path) -> None:
    before, _ = shown(folder)
    assert filed(folder, MINE) == 0
    assert (folder / "reviews" / "10.0.0.5-2222.yml").is_file()
    after, page = shown(folder)
    assert {name: row["reviewer"] for name, row in after.items()} == {
        "set_up": 6, "task": 9, "shut_down": None, "documentation": None,
    }  # fmt: skip
    for name, row in before.items():
        assert row["reviewer"] is None
        assert (row["measured"], row["because"]) == (
            after[name]["measured"],
            after[name]["because"],
        )
    assert "| Measured | **7** |" in page
    assert "| Reviewer | 6 | 9 | - | - |" in page
    mine = "_A reviewer of this host:_"
    assert rf"{mine} The log-out cost me \<b\>more\</b\> than \| the minute." in page
    assert page.index("_The stack's author:_ of the author") < page.index(f"{mine} For teams")
    assert "_The stack's author:_ Short." in page


def test_a_review_is_of_one_host_and_changes_no_event(folder: Path) -> None:
    events = {path: path.read_bytes() for path in folder.glob("hosts/*/events.jsonl")}
    filed(folder, MINE)
    assert {path: path.read_bytes() for path in events} == events
    ratings, _ = shown(folder, "web2")
    assert {row["reviewer"] for row in ratings.values()} == {None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ratings: {set_up: 11}", "ratings.set_up: expected a whole number <= 10"),
        ("ratings: {set_up: 0}", "ratings.set_up: expected a whole number >= 1"),
        ("task: 5.5", "ratings.task: expected a whole number, got a number"),
        ("task: true", "ratings.task: expected a whole number, got true or false"),
        ("ratings: {setup: 1}", "unknown key 'setup' · did you mean set_up?"),
        ("rating: {task: 1}", "unknown key 'rating' · did you mean ratings?"),
        ("ratings: [1]", "ratings: expected a mapping, got a list"),
        ("notes: {a: 1}", "notes: expected text or a list, got a mapping"),
        ("1: 2", "unknown key '1'"),
        ("toool: x", "unknown key 'toool' · did you mean tool or tools?"),
        ("", "found nothing, expected ratings and notes"),
        ("[1]", "found a list, expected ratings and notes"),
        ("a: [", "not YAML"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_and_nothing_is_kept(
    folder: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        filed(folder, text)
    assert said in str(caught.value)
    assert "mine.yml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (folder / "reviews").exists()


def test_the_four_may_stand_at_the_top_and_be_left_empty(folder: Path) -> None:
    filed(folder, "set_up: 3\ntask:\nnotes:\n")
    assert reviews.kept(folder, HOST).ratings.set_up == 3
    assert reviews.kept(folder, HOST).ratings.task is None


def test_a_host_is_named_unless_there_is_one(folder: Path) -> None:
    assert filed(folder, MINE, host="10.0.0.5-2222") == 0  # as its folder is called
    with pytest.raises(UsageError, match="say which host"):
        filed(folder, MINE, host=None)
    with pytest.raises(UsageError, match="did you mean web2"):
        filed(folder, MINE, host="web3")
    assert review.chosen(None, [examples.clean()], "x").name == "clean"
    with pytest.raises(UsageError, match="no host of x"):
        review.chosen(None, [], "x")


def test_answers_are_asked_again_until_they_are_ratings() -> None:
    ask = typed("0", "eleven", "7", "", "10", "-", "Fine.", "Mostly\x1b[31m.", "")
    found = review.dialogue(examples.passed(), reviews.Review(), ask)
    scores = found.ratings
    assert (scores.set_up, scores.task, scores.shut_down, scores.documentation) == (
        7,
        None,
        10,
        None,
    )
    assert found.notes == "Fine.\nMostly."


def test_earlier_answers_are_kept_unless_taken_back(folder: Path) -> None:
    filed(folder, MINE)
    before = reviews.kept(folder, HOST)
    same = review.dialogue(examples.passed(), before, typed("", "", "", "", ""))
    assert same == before
    changed = review.dialogue(examples.passed(), before, typed("-", "", "", "4", "-", ""))
    assert (changed.ratings.set_up, changed.ratings.task) == (None, 9)
    assert (changed.ratings.documentation, changed.notes) == (4, "")
    assert changed.mlops == before.mlops


def test_where_nothing_can_be_asked_a_file_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("7\n"))
    with pytest.raises(UsageError, match="--file=FILE"):
        review.review(given(folder))


def test_answers_that_end_early_leave_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = StringIO("7\n")
    monkeypatch.setattr(ended, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", ended)
    with pytest.raises(UsageError, match="nothing was kept"):
        review.review(given(folder))
    assert not (folder / "reviews").exists()


def test_what_is_kept_is_read_again_as_it_was_said(folder: Path) -> None:
    odd = "010 | `x`\n\x85 é 漢 [red]\n- : #\n  two"
    found = reviews.Review(notes=odd, concerns=["yes", "1"])
    path = reviews.keep(found, folder, HOST)
    assert reviews.kept(folder, HOST) == found
    assert yaml.safe_load(path.read_text())["notes"] == odd


def test_a_review_that_cannot_be_kept_is_one_line(folder: Path) -> None:
    (folder / "reviews").write_text("in the way")
    with pytest.raises(UsageError, match="the review cannot be kept"):
        filed(folder, "task: 7")


def test_a_review_mended_by_hand_into_nonsense_is_named(folder: Path) -> None:
    filed(folder, MINE)
    path = reviews.path_of(folder, HOST)
    path.write_text("ratings: {task: nine}")
    with pytest.raises(UsageError, match=str(path)):
        report.report(given(folder))
