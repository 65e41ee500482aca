"""history: what all runs tell over time, and that the database never says more than they do."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

import example_runs as examples
from example_runs import CATALOGUE
from onramp.cli.commands import history as command
from onramp.errors import UsageError
from onramp.history import (
    host_rows,
    plots,
    row_cache,
    store,
    trend_json,
    trend_page,
    trend_text,
    trends,
)
from onramp.history.compare.pain_changes import Met, Walk
from onramp.history.trend_types import History, Row
from onramp.model.pain import Catalogue
from places import RATED, ROOT

Event = dict[str, Any]
BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)
PASSED = [examples.host("debian-12", image="debian-12"), *examples.set_up(),
          *examples.group_stumble(), *examples.stack(), examples.end("passed")]  # fmt: skip


def timed(events: Sequence[Event], began: datetime, every_s: float = 1.0) -> list[Event]:
    """The events, so many seconds apart."""
    return [
        {**event, "t": (began + timedelta(seconds=every_s * place)).isoformat()}
        for place, event in enumerate(events)
    ]


def write_run(
    runs: Path,
    number: int,
    hosts: Mapping[str, Sequence[Event]] | None = None,
    *,
    told: str = "invoke evaluate",
    every_s: float = 1.0,
) -> Path:
    """A run of one a day, as the harness leaves it on disk."""
    began = BEGAN + timedelta(days=number)
    run = runs / began.strftime("%Y%m%dT%H%M%SZ")
    for name, events in (hosts or {"debian-12": PASSED}).items():
        folder = run / "hosts" / name
        folder.mkdir(parents=True)
        lines = [json.dumps(event) for event in timed(events, began, every_s)]
        (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    (run / "run.json").write_text(json.dumps({"schema": 1, "id": run.name, "command": told}))
    return run


def told(runs: Path, catalogue: Catalogue = CATALOGUE, task: str = "evaluate") -> History:
    return trends.history(row_cache.load(runs, catalogue).rows, catalogue, task=task)


def row(number: int, seconds: float | None = 60.0, **more: Any) -> Row:
    began = (BEGAN + timedelta(days=number)).isoformat().replace("+00:00", "Z")
    met = {pain: [Met("unresolved", "build")] for pain in more.pop("met", ())}
    reached = frozenset(more.pop("reached", ("connect", "build")))
    whole = Row(
        run=f"run-{number}", began=began, task="evaluate", name="debian-12", system="debian-12",
        stack="hello-world", method="repository", engine="28.5.2", status="passed",
        answered=seconds is not None, first_answer_s=seconds, total_s=100.0,
        ratings={"set_up": 7, "task": 10, "shut_down": 8, "documentation": 9},
        walk=Walk(met, reached),
    )  # fmt: skip
    return replace(whole, **more)


def of(rows: Sequence[Row]) -> History:
    return trends.history(rows, CATALOGUE, task="evaluate")


# --- what is read off a host's events --------------------------------------------------------


def test_the_first_answer_is_counted_from_the_first_attempt_to_connect() -> None:
    events = timed(
        [
            examples.host("web"),
            {"event": "progress", "text": "booting"},
            {"event": "step", "id": "connect", "state": "started"},
            {"event": "connected", "seconds": 0.1},
            {"event": "answer", "url": "http://a/"},
            {"event": "answer", "url": "http://b/"},
        ],
        BEGAN,
        every_s=10,
    )
    assert host_rows.first_answer_s(events) == 20.0
    assert host_rows.first_answer_s(events[:4]) is None
    earlier = {**events[4], "t": events[0]["t"]}
    assert host_rows.first_answer_s([*events[:4], earlier]) is None  # a clock that went back
    nameless = [{key: value for key, value in event.items() if key != "t"} for event in events]
    assert host_rows.first_answer_s(nameless) is None


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("invoke evaluate --hosts=a,b", "evaluate"),
        ("invoke -R evaluate", "evaluate"),
        ("invoke reproduce --pain=x", "reproduce"),
        ("", "unknown"),
        ("invoke <script>", "unknown"),
    ],
)
def test_what_a_run_was_for_is_read_off_its_command(line: str, task: str) -> None:
    assert host_rows.task_of(line) == task


def test_recorded_runs_are_told_with_the_ratings_of_their_reports(tmp_path: Path) -> None:
    recorded = {
        file.stem: [json.loads(line) for line in file.read_text().splitlines()]
        for file in sorted(RATED.glob("*.jsonl"))
    }
    write_run(tmp_path, 1, recorded)
    from onramp.evidence import replay
    from onramp.pains import catalogue
    from onramp.reports.ratings import rate

    found = told(tmp_path, catalogue())
    assert {one.name for one in found.rows} == set(recorded)
    for one in found.rows:
        rated = rate(replay.host_run(recorded[one.name]), catalogue())
        assert one.ratings == {name: rated[name].measured for name in one.ratings}, one.name
    present = [one.name for one in found.rows if one.method == "present"]
    assert "set-up-before" in present
    assert "clean-debian-12" not in present


# --- the database ----------------------------------------------------------------------------


def test_only_what_is_new_or_changed_is_read(tmp_path: Path) -> None:
    for number in range(3):
        write_run(tmp_path, number)
    assert row_cache.load(tmp_path, CATALOGUE).read == 3
    assert row_cache.load(tmp_path, CATALOGUE).read == 0

    write_run(tmp_path, 3)
    assert row_cache.load(tmp_path, CATALOGUE).read == 1
    failed = tmp_path / "20261102T080000Z/hosts/debian-12/events.jsonl"
    failed.write_text(failed.read_text() + json.dumps(examples.end("failed")) + "\n")
    again = row_cache.load(tmp_path, CATALOGUE)
    assert again.read == 1
    assert [one.status for one in again.rows] == ["passed", "failed", "passed", "passed"]


def test_another_catalogue_rates_old_runs_anew(tmp_path: Path) -> None:
    write_run(tmp_path, 1)
    (before,) = row_cache.load(tmp_path, CATALOGUE).rows
    pain = CATALOGUE["docker-sock-permission-denied"]
    worse = {**CATALOGUE, pain.id: replace(pain, severity="blocker")}
    (after,) = row_cache.load(tmp_path, worse).rows
    assert (after.ratings["set_up"] or 0) < (before.ratings["set_up"] or 0)


def test_what_was_deleted_is_kept_and_marked(tmp_path: Path) -> None:
    first, _ = write_run(tmp_path, 1), write_run(tmp_path, 2)
    row_cache.load(tmp_path, CATALOGUE)
    first.rename(tmp_path / "elsewhere")
    assert [one.gone for one in told(tmp_path).rows] == [True, False]
    assert "One run of these is no longer on disk" in trend_text.headline(told(tmp_path))
    (tmp_path / "elsewhere").rename(first)
    assert [one.gone for one in told(tmp_path).rows] == [False, False]


def test_runs_of_one_second_stay_in_their_order(tmp_path: Path) -> None:
    run = write_run(tmp_path, 1)
    for number in (2, 10):
        shutil.copytree(run, run.with_name(f"{run.name}-{number}"))
    names = [one.run.removeprefix(run.name) for one in row_cache.load(tmp_path, CATALOGUE).rows]
    assert names == ["", "-2", "-10"]


@pytest.mark.parametrize("harm", ["garbage", "cut short", "a page overwritten"])
def test_a_damaged_database_is_put_aside_and_made_anew(tmp_path: Path, harm: str) -> None:
    for number in range(3):
        write_run(tmp_path, number)
    whole = row_cache.load(tmp_path, CATALOGUE).rows
    path = tmp_path / store.NAME
    sound = path.read_bytes()
    path.write_bytes({
        "garbage": b"no database" * 999,
        "cut short": sound[: len(sound) // 2],
        "a page overwritten": sound[:4096] + os.urandom(8192) + sound[12288:],
    }[harm])  # fmt: skip
    again = row_cache.load(tmp_path, CATALOGUE)
    assert again.rows == whole
    assert again.read == 3
    assert any("damaged" in note for note in again.notes)
    assert (tmp_path / f"{store.NAME}.damaged").is_file()
    assert row_cache.load(tmp_path, CATALOGUE).notes == ()


@pytest.mark.parametrize(
    "harm",
    ["UPDATE hosts SET reached = 'nowhere'", "ALTER TABLE runs RENAME COLUMN began TO start"],
)
def test_a_database_with_something_else_in_it_is_made_anew(tmp_path: Path, harm: str) -> None:
    write_run(tmp_path, 1)
    whole = row_cache.load(tmp_path, CATALOGUE).rows
    with sqlite3.connect(tmp_path / store.NAME) as database:
        database.execute(harm)
    database.close()
    again = row_cache.load(tmp_path, CATALOGUE)
    assert again.rows == whole
    assert any("damaged" in note for note in again.notes)
    assert row_cache.load(tmp_path, CATALOGUE).notes == ()


def _of_a_newer_onramp(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA application_id = {store.APPLICATION}")
        database.execute(f"PRAGMA user_version = {len(store.SCHEMAS) + 1}")
        database.execute("CREATE TABLE runs (other TEXT)")
    database.close()


def _of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE runs (other TEXT)")
    database.close()


@pytest.mark.parametrize("made", [_of_a_newer_onramp, _of_another_program])
def test_a_database_that_is_not_ours_to_write_is_left_alone(tmp_path: Path, made: Any) -> None:
    write_run(tmp_path, 1)
    made(tmp_path / store.NAME)
    before = (tmp_path / store.NAME).read_bytes()
    found = row_cache.load(tmp_path, CATALOGUE)
    assert len(found.rows) == 1
    assert any("left alone" in note for note in found.notes)
    assert (tmp_path / store.NAME).read_bytes() == before


@contextmanager
def _not_writable(folder: Path) -> Iterator[None]:
    """As somebody who may read there and not write, whoever runs the tests."""
    me = os.geteuid()
    folder.chmod(0o555)
    try:
        if me == 0:
            os.seteuid(65534)
        yield
    finally:
        if me == 0:
            os.seteuid(me)
        folder.chmod(0o755)


def test_where_nothing_can_be_written_the_kept_and_the_new_are_told_all_the_same() -> None:
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        runs.chmod(0o755)
        first = write_run(runs, 1)
        row_cache.load(runs, CATALOGUE)
        shutil.rmtree(first)
        write_run(runs, 2)
        with _not_writable(runs):
            found = row_cache.load(runs, CATALOGUE)
        assert [one.gone for one in found.rows] == [True, False]
        assert any("cannot be written" in note for note in found.notes)


def test_two_at_once_tell_the_same(tmp_path: Path) -> None:
    for number in range(40):
        write_run(tmp_path, number)
    line = [str(ROOT / "invoke"), "history", f"--runs={tmp_path}", "--json"]
    both = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (one.communicate(timeout=120)[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert first == second
    assert json.loads(first)["runs"]["count"] == 40
    assert row_cache.load(tmp_path, CATALOGUE).notes == ()


# --- what is told ----------------------------------------------------------------------------


def test_what_was_broken_on_purpose_is_no_part_of_the_trend(tmp_path: Path) -> None:
    failed = [examples.host("x", image="debian-12"), examples.end("failed")]
    write_run(tmp_path, 1)
    write_run(tmp_path, 2, {"x": failed}, told="invoke reproduce --pain=x")
    write_run(tmp_path, 3, {"x": [*PASSED[:-1], examples.end("interrupted")]})
    found = told(tmp_path)
    assert [(group.label, trend_text.passed(group)) for group in found.groups] == [
        ("debian-12 · hello-world · repository", "1 of 1")
    ]
    assert trend_text.left_out(found) == "Left out, in hosts: 1 interrupted and 1 of reproduce."
    assert len(told(tmp_path, task="reproduce").rows) == 1


def test_a_host_that_was_not_reached_counts_with_its_kind() -> None:
    lost = row(2, None, system="", method="", status="unreachable", walk=Walk({}, frozenset()))
    stranger = replace(lost, name="web9")
    found = of([row(0), row(1), lost, stranger])
    kinds = {group.system: trend_text.passed(group) for group in found.groups}
    assert kinds == {"debian-12": "2 of 3", trends.UNKNOWN_SYSTEM: "0 of 1"}


def test_a_host_that_had_to_take_another_way_stays_with_its_kind(tmp_path: Path) -> None:
    again = {**examples.plan(), "method": "distribution"}
    write_run(tmp_path, 1)
    write_run(tmp_path, 2, {"debian-12": [*PASSED[:-1], again, examples.end("passed")]})
    (group,) = told(tmp_path).groups
    assert (group.method, len(group.rows)) == ("repository", 2)


def test_the_same_host_over_and_over_changes_nothing() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        rows = [row(number, 60 * chance.uniform(0.85, 1.15)) for number in range(20)]
        assert trend_text.lately(of(rows).groups[0]) == [], seed


@pytest.mark.parametrize("runs_since", [2, 3, 5])
def test_what_takes_longer_lately_is_told(runs_since: int) -> None:
    chance = random.Random(runs_since)
    slow = {2: 2.0, 3: 1.6, 5: 1.5}[runs_since]
    rows = [
        row(number, 60 * chance.uniform(0.95, 1.05) * (slow if number >= 20 - runs_since else 1))
        for number in range(20)
    ]
    (said,) = trend_text.lately(of(rows).groups[0])
    assert said.startswith("first answer slower: ")


def test_hosts_of_one_run_are_not_held_against_each_other() -> None:
    rows = [replace(row(0, seconds), name=f"web{seconds}") for seconds in (20.0, 21.0, 90.0, 95.0)]
    found = of(rows).groups[0]
    assert trend_text.lately(found) == []
    assert found.first_answer.trend.verdict == "not-compared"


def test_one_stray_run_is_no_trend() -> None:
    rows = [row(number, 600.0 if number == 11 else 60.0 + number % 3) for number in range(12)]
    assert trend_text.lately(of(rows).groups[0]) == []


def test_a_rating_that_fell_is_told() -> None:
    worse = {"set_up": 4, "task": 10, "shut_down": 8, "documentation": 9}
    rows = [row(number, **({"ratings": worse} if number > 5 else {})) for number in range(10)]
    assert trend_text.lately(of(rows).groups[0]) == ["set-up fell: 4, before 7"]


def test_a_kind_of_host_that_no_longer_passes_is_told_first() -> None:
    rows = [row(number, **({"status": "failed"} if number > 7 else {})) for number in range(10)]
    assert trend_text.lately(of(rows).groups[0])[0] == "passes less often: 0 of 2, before 8 of 8"
    mostly = [row(number, **({"status": "failed"} if number % 3 else {})) for number in range(20)]
    assert trend_text.lately(of(mostly).groups[0]) == []


def test_pain_points_come_and_go() -> None:
    rows = [
        row(number, met=[
            "always", *(["fresh"] if number > 8 else ["cured"]),
            *(["sometimes"] if number % 4 == 0 else []),
        ])
        for number in range(12)
    ]  # fmt: skip
    found = {one.id: one for one in of(rows).pains}
    changes = {name: one.change for name, one in found.items()}
    assert changes.pop("sometimes") in ("same", "now-and-then")
    assert changes == {"always": "same", "fresh": "new", "cured": "gone"}
    assert (found["fresh"].runs, found["fresh"].of) == (3, 12)
    assert found["fresh"].first_seen.startswith("2026-11-10")
    assert found["cured"].last_seen.startswith("2026-11-09")


def test_a_pain_point_counts_out_of_the_runs_that_came_where_it_is_met() -> None:
    early = [row(number, None, reached=("connect",), status="failed") for number in range(4)]
    (found,) = of([*early, row(5, met=["x"]), row(6)]).pains
    assert (found.runs, found.of) == (1, 2)


def test_a_failure_nothing_explains_is_told_like_a_pain_point(tmp_path: Path) -> None:
    failure = {"event": "unexplained", "step": "build",
               "evidence": {"command": "x", "exit_code": 1, "excerpt": "?"}}  # fmt: skip
    write_run(tmp_path, 1, {"debian-12": [*PASSED[:-1], failure, examples.end("failed")]})
    assert "unexplained:build" in {one.id for one in told(tmp_path).pains}


def test_json_has_every_key_and_its_numbers_add_up(tmp_path: Path) -> None:
    write_run(tmp_path, 1)
    write_run(tmp_path, 2, {"web": [examples.host("web"), *PASSED[1:]]})
    whole = json.loads(trend_json.text(told(tmp_path)))
    assert set(whole) == {
        "schema", "task", "since", "runs", "left_out", "groups", "pain_points",
    }  # fmt: skip
    assert whole["schema"] == 1
    for group in whole["groups"]:
        assert sum(group["ended"].values()) == group["runs"] == len(group["points"])
        assert set(group["ratings"]) == {"set_up", "task", "shut_down", "documentation"}
        for measure in (group["first_answer_s"], group["total_s"], *group["ratings"].values()):
            assert set(measure) == {"runs", "median", "low", "high", "trend"}
    systems = {group["system"] for group in whole["groups"]}
    assert systems == {"debian-12", "Debian GNU/Linux 12 (bookworm)"}


def test_markdown_has_the_same_tables(tmp_path: Path) -> None:
    write_run(tmp_path, 1)
    parsed = MarkdownIt().enable("table").parse(trend_text.markdown(told(tmp_path)))
    assert sum(token.type == "table_open" for token in parsed) == 2


HOSTILE = "<script>alert(1)</script>'; DROP TABLE hosts; -- \x1b[31m\x00\ud800|`**x** {{ 7*7 }}"


def test_a_hostile_host_stays_text_everywhere(tmp_path: Path) -> None:
    events = [
        examples.host(HOSTILE, image=HOSTILE, stack=HOSTILE),
        *examples.set_up(),
        {"event": "versions", "engine": HOSTILE},
        examples.finding(HOSTILE, HOSTILE, "x", 1, "x"),
        {"event": "answer", "url": HOSTILE},
        examples.end("passed"),
    ]
    for number in range(3):
        write_run(tmp_path, number, {"evil": events}, told=f"invoke {HOSTILE}")
    found = told(tmp_path, task="all")
    assert len(found.rows) == 3
    shown = trend_page.html(found)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "49" not in trend_text.text(found)
    for said in (shown, trend_text.text(found), trend_text.markdown(found), trend_json.text(found)):
        assert "\x1b" not in said
        assert "\0" not in said
        said.encode()
    assert "<script" not in MarkdownIt("commonmark", {"html": True}).enable("table").render(
        trend_text.markdown(found)
    )
    assert row_cache.load(tmp_path, CATALOGUE).read == 0  # and nothing was dropped


# --- the command -----------------------------------------------------------------------------


def given(runs: Path | None, **more: Any) -> SimpleNamespace:
    flags: dict[str, Any] = dict.fromkeys(("command", "image", "stack", "since", "limit", "to"))
    switches = dict.fromkeys(("page", "markdown", "json"), False)
    return SimpleNamespace(**{**flags, **switches, "runs": runs and str(runs), **more})


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"limit": "0"}, "--limit"),
        ({"limit": "many"}, "--limit"),
        ({"since": "last week"}, "--since"),
        ({"since": "2026-13-01"}, "--since"),
        ({"command": "evalute"}, "--command"),
        ({"image": ["fedora-*"]}, "--image"),
        ({"stack": "helo-world"}, "--stack"),
        ({"to": "x.html"}, "--to"),
        ({"page": True, "to": "/dev/null/x.html"}, "--to"),
        ({"json": True, "markdown": True}, "--json"),
        ({"runs": "/nowhere/at/all"}, "--runs"),
    ],
)
def test_a_wrong_flag_is_named_in_one_line(
    tmp_path: Path, more: dict[str, Any], names: str
) -> None:
    write_run(tmp_path, 1)
    with pytest.raises(UsageError, match=names) as caught:
        command.history(given(**{"runs": tmp_path, **more}))
    assert "\n" not in str(caught.value)


def test_flags_choose_what_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(tmp_path, 1)
    write_run(tmp_path, 2, {"b": [examples.host("b", image="debian-13"), *PASSED[1:]]})
    write_run(tmp_path, 20)

    def runs(**more: Any) -> list[str]:
        assert command.history(given(tmp_path, json=True, **more)) == 0
        groups = json.loads(capsys.readouterr().out)["groups"]
        return sorted(point["run"][6:8] for group in groups for point in group["points"])

    assert runs() == ["02", "03", "21"]
    assert runs(image=["debian-12"]) == ["02", "21"]
    assert runs(image=[["*-13", "nothing-*"][0]]) == ["03"]
    assert runs(since="2026-11-03") == ["03", "21"]
    assert runs(limit="1") == ["21"]
    assert runs(command="deploy") == []


def test_the_page_stands_beside_the_runs_and_links_to_theirs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path, 1)
    (run / "index.html").write_text("<!doctype html>")
    gone = write_run(tmp_path, 2)
    assert command.history(given(tmp_path, page=True)) == 0
    shutil.rmtree(gone)
    assert command.history(given(tmp_path, page=True)) == 0
    shown = (tmp_path / "history.html").read_text()
    assert f'href="{run.name}/index.html"' in shown
    assert f"{gone.name}/" not in shown
    assert "history.html" in capsys.readouterr().err


def test_no_runs_yet_is_no_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.history(given(tmp_path)) == 0
    assert "No run of `evaluate` to tell of." in capsys.readouterr().out


# --- plots -----------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0.4, 1, 7, 59, 61, 300, 4000, 90_000, 10_000_000])
def test_a_scale_has_round_numbers_and_holds_everything(most: float) -> None:
    scale = plots.ticks(most)
    assert scale[0] == 0
    assert scale[-1] >= most
    steps = {round(after - before, 6) for before, after in zip(scale, scale[1:], strict=False)}
    assert len(steps) == 1
    assert most > plots.STEPS[-1] * plots.TICKS or len(scale) <= plots.TICKS + 1


@pytest.mark.parametrize("count", [1, 32, 33, 200, 3000])
def test_every_run_is_in_a_column_and_the_newest_by_themselves(count: int) -> None:
    rows = [row(number) for number in range(count)]
    _, parts = plots.bundled(rows)
    assert [one for part in parts for one in part] == rows
    assert all(len(part) == 1 for part in parts[-plots.NEWEST :])
    assert len(plots.plot(of(rows).groups[0]).columns) <= plots.MOST


def test_more_is_higher_and_a_stray_is_drawn_at_the_edge_with_its_number() -> None:
    seconds = [50.0, 60.0, 70.0, 6000.0]
    columns = plots.plot(of([row(place, one) for place, one in enumerate(seconds)]).groups[0])
    marks = [column.mark for column in columns.columns]
    heights = [mark.y for mark in marks if mark]
    assert heights == sorted(heights, reverse=True)
    assert [bool(mark and mark.stray) for mark in marks] == [False, False, False, True]
    assert marks[-1] is not None
    assert marks[-1].stray == "1 h 40 min"
    assert marks[0] is not None
    assert marks[0].y < plots.TOP + plots.HEIGHT  # the others are not flattened by it


def test_one_stray_run_of_many_in_a_column_moves_neither_mark_nor_bar() -> None:
    assert plots.box([60, 61, 62, 63, 64, 65, 6000]) == (63, 61.5, 64.5)
    assert plots.box([60, 70]) == (65, 60, 70)
    assert plots.box([None, None]) is None
