"""`--fail-on` as a gate, on evidence of real runs: what it lets through, and what it does not."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import example_runs as examples
from onramp.diagnosis import findings as diagnose
from onramp.evidence import event_lines, replay
from onramp.evidence.find_runs import host_runs
from onramp.evidence.stored_events import read_events
from onramp.model.facts import Facts
from onramp.model.pain import SEVERITIES, Severity, Situation
from onramp.model.run import HostRun
from onramp.model.settings import Settings
from onramp.pains import catalogue
from onramp.reports.build import exit_code
from places import RECORDED, ROOT

GATES: tuple[Severity, ...] = ("blocker", "major", "minor")
RATED = {path.stem: replay.host_run(read_events(path)) for path in RECORDED.glob("rated/*.jsonl")}


def worst(run: HostRun) -> Severity:
    """Of what it met, by the catalogue."""
    met = [catalogue()[finding.pain].severity for finding in run.findings]
    return min(met, key=SEVERITIES.index, default="notice")


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("name", RATED)
def test_a_recorded_run_passes_a_gate_that_is_above_its_worst(name: str, gate: Severity) -> None:
    run = RATED[name]
    met = SEVERITIES.index(worst(run)) <= SEVERITIES.index(gate)
    wanted = 2 if met or run.status == "failed" else 0
    assert exit_code([run], fail_on=gate, catalogue=catalogue()) == wanted
    assert exit_code([run], catalogue=catalogue()) == (2 if run.status == "failed" else 0)


def test_the_recorded_runs_are_on_both_sides_of_a_gate() -> None:
    """Else the test above would prove little."""
    passed = [run for run in RATED.values() if run.status == "passed"]
    codes = {exit_code([run], fail_on="major", catalogue=catalogue()) for run in passed}
    assert codes == {0, 2}
    assert exit_code([examples.clean()], fail_on="minor", catalogue=catalogue()) == 0


def test_a_remedied_pain_point_counts_and_an_unreachable_host_outranks_it() -> None:
    (run,) = host_runs(RECORDED / "run")
    assert run.status == "passed"
    assert {one.outcome for one in run.findings} >= {"remedied"}
    known = {**catalogue(), **examples.CATALOGUE}
    assert exit_code([run], fail_on="major", catalogue=known) == 2
    assert exit_code([run], fail_on="blocker", catalogue=known) == 0
    both = [run, examples.unreachable()]
    assert exit_code(both, fail_on="major", catalogue=known) == 4


def test_what_doctor_foresees_counts_as_much_as_what_was_met() -> None:
    """A host whose disk is full, as a survey sees it."""
    facts = Facts(init="systemd", wsl=False, disk_free_bytes={"/var/lib/docker": 1_000_000})
    seen = diagnose.foreseen(Situation(facts, Settings()), catalogue())
    events = [
        examples.host("h"),
        *({"event": "finding", **event_lines.fields(finding)} for finding in seen),
        examples.end("passed"),
    ]
    run = replay.host_run(events)
    assert {one.how for one in run.findings} == {"foreseen"}
    bad = SEVERITIES.index(worst(run))
    for gate in GATES:
        wanted = 2 if bad <= SEVERITIES.index(gate) else 0
        assert exit_code([run], fail_on=gate, catalogue=catalogue()) == wanted
    assert exit_code([run], fail_on="minor", catalogue=catalogue()) == 2


@pytest.mark.parametrize("flags", [(), ("--redact",)])
def test_reports_made_anew_keep_the_exit_code_and_the_notes(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    """Hosts' events do not say that a gate was met; run.json does."""
    run = tmp_path / "20261123T170957Z"
    shutil.copytree(RECORDED / "run", run)
    told = json.loads((run / "run.json").read_text(encoding="utf-8"))
    told |= {"exit_code": 2, "notes": ["The stack is up."]}
    (run / "run.json").write_text(json.dumps(told), encoding="utf-8")
    words = [ROOT / "invoke", "report", f"--run={run}", *flags]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    index = Path(done.stdout.splitlines()[0])
    for page in (index, index.with_name("summary.md")):
        assert "exit code 2." in page.read_text(encoding="utf-8")
        assert "The stack is up." in page.read_text(encoding="utf-8")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs of a host: one without pain points, and one with some that are major."""
    for stamp, name in (("20261101", "clean-debian-12"), ("20261102", "no-systemd")):
        folder = tmp_path / f"{stamp}T000000Z" / "hosts/h"
        folder.mkdir(parents=True)
        events = (RECORDED / f"rated/{name}.jsonl").read_text(encoding="utf-8")
        (folder / "events.jsonl").write_text(events.replace(f'"{name}"', '"h"', 1), "utf-8")
    shutil.copytree(RECORDED / "run", tmp_path / "20261123T170957Z")
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "gate", "expected"),
    [
        ("20261101", "20261102", "blocker", 0),
        ("20261101", "20261102", "major", 2),
        ("20261101", "20261102", "minor", 2),
        ("20261102", "20261101", "major", 0),  # what is gone is no regression
        ("20261123", "20261123T170957Z", "minor", 0),
        ("20261101", "20261102", "", 0),  # told, and no gate was asked for
    ],
)
def test_compare_is_a_gate_for_what_got_worse(
    before: str, after: str, gate: str, expected: int, runs: Path
) -> None:
    flags = [f"--runs={runs}", "--json", *([f"--fail-on={gate}"] if gate else [])]
    done = subprocess.run(
        [ROOT / "invoke", "compare", before, after, *flags], capture_output=True, text=True
    )
    assert done.returncode == expected, done.stderr
    assert json.loads(done.stdout)["exit_code"] == expected
