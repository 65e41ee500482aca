"""compare: what got worse is told, what is noise is not; bad input is one line and exit 1."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec import structs
from msgspec.structs import replace

import example_runs as examples
from example_runs import CATALOGUE
from onramp.evidence import replay
from onramp.history.compare import comparison_text, noise
from onramp.history.compare.comparison import compare, is_met
from onramp.history.compare.comparison_types import Comparison, Regression
from onramp.history.compare.pain_changes import OFTEN
from onramp.model.pain import Evidence, Finding, Unexplained
from onramp.model.run import HostRun, StepRun
from onramp.reports.build import host_report
from onramp.text.json_text import indented
from places import ROOT

DEBIAN = replace(examples.passed(), image="debian-12", total_s=110.0)
TOOK_S = {"install-engine": 18.5, "build": 9.1, "up": 3.7, "verify": 1.7, "stop": 12.0,
          "down": 11.6, "down-volumes": 13.5}  # fmt: skip
Change = Callable[[HostRun], HostRun]


def noisy(chance: random.Random, run: HostRun = DEBIAN) -> HostRun:
    """The run as it goes another time: every step up to 15% faster or slower."""

    def again(step: StepRun) -> StepRun:
        usual = TOOK_S.get(step.id, step.seconds)
        return replace(step, seconds=round(usual * chance.uniform(0.85, 1.15), 3))

    return replace(run, steps=tuple(map(again, run.steps)))


def several(chance: random.Random, count: int = 5) -> list[HostRun]:
    return [noisy(chance) for _ in range(count)]


def slowed(step: str, ratio: float) -> Change:
    def change(run: HostRun) -> HostRun:
        steps = (
            replace(one, seconds=one.seconds * ratio) if one.id == step else one
            for one in run.steps
        )
        return replace(run, steps=tuple(steps))

    return change


def stumbling(pain: str, step: str, *, seconds_lost: float = 0.0, **more: object) -> Change:
    """A pain point met at `step`, which takes that much longer for it."""

    def change(run: HostRun) -> HostRun:
        seen = Evidence("docker info", 1, "it said so")
        met = Finding(pain, step, "encountered", seen, seconds_lost=seconds_lost, **more)  # type: ignore[arg-type]
        steps = (
            replace(one, seconds=one.seconds + seconds_lost) if one.id == step else one
            for one in run.steps
        )
        return replace(run, findings=(*run.findings, met), steps=tuple(steps))

    return change


def compared(before: Sequence[HostRun], after: Sequence[HostRun]) -> Comparison:
    old, new = (
        {f"{side}{place}": [host_report(run, CATALOGUE)] for place, run in enumerate(runs)}
        for side, runs in (("old", before), ("new", after))
    )
    return compare(old, new, CATALOGUE)


def said(found: Comparison) -> str:
    return " ".join(comparison_text.text(found).split())


def told(found: Comparison) -> list[tuple[str, str, str]]:
    return [(one.kind, one.what, one.severity) for one in found.regressions]


def busy(share: float | None) -> Change:
    """The machine had so much to do that everything took three times as long."""

    def change(run: HostRun) -> HostRun:
        steps = tuple(replace(one, seconds=one.seconds * 3) for one in run.steps)
        return replace(run, steps=steps, cpu_waited=share)

    return change


@pytest.mark.parametrize(
    ("before", "after", "judged"),
    [(0.2, 0.8, False), (0.95, 0.99, False), (0.2, 0.4, True), (None, 0.8, True)],
)
def test_a_busy_machine_is_no_regression(before: float | None, after: float, judged: bool) -> None:
    runs = [replace(run, cpu_waited=before) for run in several(random.Random(3))]
    found = compared(runs, [busy(after)(run) for run in runs])
    slower = [one for one in found.regressions if one.kind == "step"]
    assert bool(slower) is judged
    assert ("seconds are told and not judged" in said(found)) is not judged


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_the_same_image_ten_times_over_is_no_regression(count: int) -> None:
    chance = random.Random(count)
    for _ in range(10):
        found = compared(several(chance, count), several(chance, count))
        assert found.regressions == ()
        assert {one.change for host in found.hosts for one in host.pain_points} == {"same"}


@pytest.mark.parametrize("step", ["install-engine", "build", "stop"])
@pytest.mark.parametrize("seed", range(10))
def test_a_planted_pain_point_and_a_step_slowed_by_half_are_told_and_nothing_else(
    step: str, seed: int
) -> None:
    chance = random.Random(seed)
    plant = stumbling("daemon-not-running", "start-daemon", seconds_lost=7.0, outcome="remedied")
    after = [slowed(step, 1.5)(plant(run)) for run in several(chance)]
    found = compared(several(chance), after)
    assert told(found) == [
        ("pain-point", "daemon-not-running", "major"),
        ("step", step, "minor"),
    ]
    assert is_met(found, "major")
    assert not is_met(found, "blocker")


def test_the_time_a_new_pain_point_costs_is_told_with_it() -> None:
    chance = random.Random(1)
    plant = stumbling("daemon-not-running", "build", seconds_lost=60.0, outcome="remedied")
    found = compared(several(chance), [plant(run) for run in several(chance)])
    assert told(found) == [("pain-point", "daemon-not-running", "major")]
    (build,) = (one for one in found.hosts[0].steps if one.step == "build")
    assert build.verdict == "same"
    assert build.with_pains == ("daemon-not-running",)
    assert (build.after.median or 0) > 60
    assert "same, but for `daemon-not-running`" in comparison_text.text(found)


def test_what_is_gone_and_faster_is_told_and_is_no_regression() -> None:
    chance = random.Random(2)
    plant = stumbling("daemon-not-running", "start-daemon", outcome="remedied")
    before = [slowed("build", 2.0)(plant(run)) for run in several(chance)]
    found = compared(before, several(chance))
    assert found.regressions == ()
    (host,) = found.hosts
    assert {one.id: one.change for one in host.pain_points}["daemon-not-running"] == "gone"
    assert {one.step: one.verdict for one in host.steps}["build"] == "faster"
    assert "Nothing got worse." in comparison_text.text(found)


def test_what_was_got_over_before_and_is_not_now_is_worse() -> None:
    cured = stumbling("daemon-not-running", "start-daemon", outcome="remedied")
    stuck = stumbling("daemon-not-running", "start-daemon", outcome="needs-human")
    found = compared([cured(DEBIAN)], [stuck(DEBIAN)])
    assert told(found) == [("pain-point", "daemon-not-running", "major")]
    assert "was remedied before, and is needs-human now" in found.regressions[0].sentence
    assert compared([stuck(DEBIAN)], [cured(DEBIAN)]).regressions == ()


def test_what_is_met_now_and_then_is_told_and_no_regression() -> None:
    plant = stumbling("daemon-not-running", "start-daemon", outcome="remedied")
    found = compared([DEBIAN] * 5, [*[DEBIAN] * 4, plant(DEBIAN)])
    assert found.regressions == ()
    assert "now and then" in comparison_text.text(found)
    assert "1 of 5 at `start-daemon`" in comparison_text.text(found)


def test_what_both_sides_met_is_new_only_beyond_chance() -> None:
    plant = stumbling("daemon-not-running", "start-daemon", outcome="remedied")
    met = plant(DEBIAN)
    assert compared([met] * 2 + [DEBIAN] * 3, [met] * 2).regressions == ()
    found = compared([met] + [DEBIAN] * 4, [met] * 5)
    assert found.regressions[0].sentence == (
        "`daemon-not-running` met at `start-daemon` in 5 of 5 runs, before in 1 of 5"
    )


def test_a_host_that_no_longer_passes_is_as_bad_as_it_gets() -> None:
    failed = replace(examples.failed("debian-12"), image="debian-12")
    found = compared([DEBIAN] * 3, [failed] * 3)
    assert (
        Regression(
            "debian-12", "status", "failed", "blocker", "no longer passes: failed in 3 of 3 runs"
        )
        in found.regressions
    )
    assert ("pain-point", "apt-dns-or-no-route", "blocker") in told(found)
    assert {"rating", "step"}.isdisjoint(one.kind for one in found.regressions)


def test_what_an_earlier_failure_kept_out_of_sight_is_not_new() -> None:
    failed = replace(examples.failed("debian-12"), image="debian-12")
    found = compared([failed] * 3, [DEBIAN] * 3)
    assert found.regressions == ()
    (host,) = found.hosts
    assert {one.id: one.change for one in host.pain_points} == {
        "apt-dns-or-no-route": "gone",
        "docker-sock-permission-denied": "unreached",
        "stop-timeout-sigkill": "unreached",
    }
    assert "did not come so far" in comparison_text.text(found)


def test_a_new_failure_nothing_explains_is_told() -> None:
    puzzle = Unexplained("up", Evidence("docker compose up -d", 17, "boom"))
    found = compared([DEBIAN], [replace(DEBIAN, unexplained=(puzzle,))])
    assert told(found) == [("unexplained", "unexplained:up", "major")]


def test_a_notice_that_is_new_is_told_and_no_regression() -> None:
    quiet = replace(DEBIAN, findings=())
    loud = stumbling("stop-timeout-sigkill", "stop", outcome="noted")(quiet)
    found = compared([quiet], [loud])
    assert found.regressions == ()
    assert found.hosts[0].pain_points[0].change == "new"


def test_a_rating_that_fell_is_a_regression_only_where_nothing_else_accounts_for_it() -> None:
    littered = replace(DEBIAN, leftovers=("volume a", "volume b", "network c", "container d"))
    found = compared([DEBIAN], [littered])
    assert told(found) == [("rating", "shut_down", "minor")]
    rating = found.hosts[0].ratings.shut_down
    assert rating.reasons == ("2 for four things left behind",)


def test_many_steps_a_little_slower_are_told_together() -> None:
    def all_slower(run: HostRun) -> HostRun:
        return replace(run, steps=tuple(replace(s, seconds=s.seconds * 1.6) for s in run.steps))

    short = replace(DEBIAN, steps=tuple(replace(s, seconds=3.0) for s in DEBIAN.steps))
    found = compared([short] * 5, [all_slower(short)] * 5)
    assert told(found) == [("total", "together", "minor")]
    assert "Steps typically took 1.6 times as long" in said(found)


def test_with_one_run_a_side_only_large_differences_count_and_it_says_so() -> None:
    assert compared([DEBIAN], [slowed("install-engine", 1.6)(DEBIAN)]).regressions == ()
    found = compared([DEBIAN], [slowed("install-engine", 2.8)(DEBIAN)])
    assert told(found) == [("step", "install-engine", "minor")]
    assert "With one run on a side only large differences count" in said(found)


def test_one_stray_run_is_noise() -> None:
    steady = [10.0, 10.5, 9.8, 10.2, 10.1]
    assert noise.seconds(steady, [10.1, 9.9, 60.0, 10.3, 10.0]) == "same"
    assert noise.seconds(steady, [9.0, 15.0, 18.0, 9.5, 17.0]) == "noise"
    assert noise.seconds(steady, [15.0, 15.5, 14.8, 15.2, 40.0]) == "up"
    assert noise.seconds([0.01] * 5, [1.0] * 5) == "same"  # nobody waits for a second
    assert noise.seconds([], steady) == "unknown"


def test_a_step_that_was_done_in_another_way_is_not_compared() -> None:
    def found_done(run: HostRun) -> HostRun:
        steps = (
            replace(s, status="satisfied", seconds=0.0) if s.id == "install-engine" else s
            for s in run.steps
        )
        return replace(run, steps=tuple(steps))

    found = compared([found_done(DEBIAN)] * 3, [DEBIAN] * 3)
    assert found.regressions == ()
    assert "satisfied before, changed now" in comparison_text.text(found)


def test_hosts_are_matched_by_image_or_else_by_a_name_of_their_own() -> None:
    second = replace(DEBIAN, name="debian-12-2")
    own = replace(examples.clean("web1"), image=None)
    made = replace(DEBIAN, name="daemon-not-running-debian-12")
    lonely = replace(own, name="web9")
    half = replace(DEBIAN, name="web4", image=None, status="interrupted")
    found = compared([DEBIAN, own, made, half], [second, own, made, lonely])
    assert [host.host for host in found.hosts] == [
        "debian-12", "web1", "daemon-not-running-debian-12",
    ]  # fmt: skip
    assert found.hosts[0].names == ("debian-12", "debian-12-2")
    assert found.only_after == ("web9",)
    assert found.left_out == ("web4 in old3: interrupted",)


def test_of_many_hosts_those_where_nothing_changed_are_only_named() -> None:
    many = [replace(DEBIAN, name=f"web{place}", image=None) for place in range(9)]
    found = compared(many, [*many[:-1], slowed("build", 9.0)(many[-1])])
    shown = comparison_text.markdown(found)
    assert "Eight hosts: `web0`," in shown
    assert shown.count("### Seconds") == 1


def test_hostile_words_stay_words() -> None:
    bad = examples.hostile()
    found = compared([bad], [replace(bad, findings=(), status="passed")])
    back = compared([replace(bad, findings=(), status="passed")], [bad])
    for page in (found, back):
        shown = comparison_text.text(page)
        assert shown.replace("\n", "").isprintable()
        assert len(shown) < 20_000
        kinds = {
            token.type
            for token in MarkdownIt("gfm-like", {"linkify": False}).parse(
                comparison_text.markdown(page)
            )
        }
        assert not kinds & {"html_block", "html_inline", "image"}
        assert "<script>" not in MarkdownIt("gfm-like", {"linkify": False}).render(
            comparison_text.markdown(page)
        )
        assert json.loads(indented(page))["hosts"]


def test_json_has_every_key_and_markdown_the_same_tables() -> None:
    chance = random.Random(4)
    found = compared(several(chance), [slowed("build", 2.0)(run) for run in several(chance)])
    read = json.loads(indented(structs.replace(found, exit_code=2)))
    assert read["schema"] == 1
    assert read["exit_code"] == 2
    assert [one["what"] for one in read["regressions"]] == ["build"]
    (host,) = read["hosts"]
    assert set(host) == {
        "host", "names", "before", "after", "least_that_counts", "pain_points", "steps",
        "timings", "ratings", "regressions",
    }  # fmt: skip
    assert host["before"] == {
        "runs": 5, "ended": {"passed": 5}, "engine_from": {"repository": 5},
        "cpu_waited": {"runs": 0, "median": None, "low": None, "high": None},
    }  # fmt: skip
    assert {"together", "lost", "outside"} == set(host["timings"])
    html = MarkdownIt("gfm-like", {"linkify": False}).render(comparison_text.markdown(found))
    assert html.count("<table>") == 3
    assert "<strong>slower</strong>" in html


# --- the command ---------------------------------------------------------------------------------


def written(folder: Path, *events: replay.Event) -> Path:
    host = folder / "hosts/debian-12"
    host.mkdir(parents=True)
    (host / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return folder


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    host = examples.host("debian-12", image="debian-12")
    stumble = examples.finding(
        "daemon-not-running", "start-daemon", "docker info", 1, "no daemon", outcome="remedied"
    )
    whole = [host, *examples.set_up(), *examples.group_stumble(), *examples.stack()]
    end = examples.end("passed")
    written(tmp_path / "20261123T100000Z", *whole, end)
    written(tmp_path / "20261123T110000Z", *whole, end)
    written(tmp_path / "20261123T120000Z", *whole, stumble, end)
    written(tmp_path / "20261123T130000Z", examples.host("web1"), *whole[1:], end)
    (tmp_path / "20261123T140000Z/hosts").mkdir(parents=True)
    return tmp_path


def invoked(runs_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [ROOT / "invoke", "compare", *words, f"--runs={runs_dir}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_exit_code_is_a_gate_only_when_asked(runs_dir: Path) -> None:
    sides = ("20261123T10,20261123T11", "20261123T120000Z")
    shown = invoked(runs_dir, *sides)
    assert shown.returncode == 0
    assert "new pain point `daemon-not-running` at `start-daemon`" in shown.stdout
    assert invoked(runs_dir, *sides, "--fail-on=major").returncode == 2
    assert invoked(runs_dir, *sides, "--fail-on=blocker").returncode == 0
    as_json = invoked(runs_dir, *sides, "--fail-on=minor", "--json")
    assert as_json.returncode == 2
    assert json.loads(as_json.stdout)["exit_code"] == 2
    assert invoked(runs_dir, *sides, "--markdown").stdout.startswith("# Compared with ")
    alike = invoked(runs_dir, "20261123T100000Z", "20261123T110000Z", "--fail-on=minor")
    assert (alike.returncode, alike.stderr) == (0, "")


BAD = [
    (["20261123T10"], "compare: missing AFTER · ./invoke compare BEFORE AFTER"),
    (["20261123T10", "2027"], "compare: 2027: no such run"),
    (["20261123T1", "20261123T12"], "several runs begin so"),
    (["20261123T10,20261123T100000Z", "20261123T12"], "given twice on one side"),
    (["20261123T10", "20261123T13"], "no host was walked to its end on both sides"),
    (["20261123T10", "20261123T14"], "has an events.jsonl to read"),
    (["20261123T10", ","], "expected RUN[,RUN…]"),
    (["20261123T10", "20261123T11", "20261123T12"], "found '20261123T12', expected a flag"),
    (["20261123T10", "20261123T11", "--fail-on=notice"], "expected blocker, major or minor"),
    (["20261123T10", "20261123T11", "--json", "--markdown"], "--json and --markdown"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[" ".join(row[0]) for row in BAD])
def test_bad_input_is_one_line(runs_dir: Path, words: list[str], said: str) -> None:
    done = invoked(runs_dir, *words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("onramp: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_help_needs_no_runs_and_says_what_each_flag_is(runs_dir: Path) -> None:
    done = invoked(runs_dir, "--help")
    assert done.returncode == 0
    assert "Exit 2 on a regression this bad" in done.stdout


def test_the_page_says_what_counts_as_the_code_has_it() -> None:
    page = (ROOT / "docs/comparing.md").read_text()
    for row in noise.LEAST:
        assert f"| {row.runs} | {row.ratio:g} | {row.seconds:g} | {row.points:g} |" in page
    assert f"differs by {OFTEN:.0%} or more" in page
    assert f"{noise.SPREADS:g} times the spread" in page
    assert noise.AGREE == 0.9


def test_another_way_to_the_engine_is_told() -> None:
    other = replace(DEBIAN, method="distribution")
    there = tuple(
        replace(one, status="satisfied") if one.id == "install-engine" else one
        for one in DEBIAN.steps
    )
    shown = said(compared([DEBIAN, DEBIAN], [DEBIAN, other, replace(DEBIAN, steps=there)]))
    assert (
        "The engine is from `repository` before, from `distribution` (1), `present` (1) and"
        " `repository` (1) now." in shown
    )
    assert "The engine" not in said(compared([DEBIAN], [DEBIAN]))
