"""A look at a host is no success: people read what was found, programs the status they know."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

import example_runs as examples
from onramp.cli.console import Console
from onramp.cli.run_table import summary
from onramp.evidence import replay
from onramp.model.run import HostRun, RunReport
from onramp.reports.build import build
from onramp.reports.formats import reporters

LOOK = ["connect", "survey"]
NOT_READ = re.compile(r"<style.*?</style>|<script.*?</script>|<[^>]+>", re.DOTALL)


def looked_at(name: str, *pains: str, asked: list[str] = LOOK) -> HostRun:
    foreseen = [examples.finding(one, "survey", "survey", 0, "", how="foreseen") for one in pains]
    return replay.host_run([examples.host(name, asked=asked), *foreseen, examples.end("passed")])


def report(*runs: HostRun) -> RunReport:
    return build(
        runs, id="x", command="doctor", started="", seconds=2.0, catalogue=examples.CATALOGUE
    )


READY, AHEAD = looked_at("web"), looked_at("db", "no-systemd", "low-memory-oom")


def test_the_table_says_what_was_found() -> None:
    table = summary(report(READY, AHEAD), Path("runs/x"))
    assert "web   looks ready " in table
    assert "db    two pain points foreseen " in table
    assert "passed" not in table
    assert "\x1b[32mlooks ready\x1b[0m" in summary(report(READY), Path("runs/x"), colour=True)


@pytest.mark.parametrize("id", ["markdown", "html", "summary"])
def test_the_reports_say_what_was_found(id: str) -> None:
    one, whole = reporters()[id], report(READY, AHEAD)
    if one.run:
        text = NOT_READ.sub("", one.run(whole, examples.CATALOGUE))
        assert "1 of 2 hosts look ready" in text
        assert "two pain points foreseen" in text
        assert "passed" not in text
    if one.host:
        from onramp.evidence.logs import Printed

        text = one.host(whole.reports[0], examples.CATALOGUE, lambda _: Printed())
        assert "looks ready" in text
        assert "nothing was tried" in text
        assert "it works" not in text


def test_the_console_says_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    console = Console(hosts=["db"])
    found = [examples.finding(one, "survey", "", 0, "", how="foreseen") for one in ("a", "b")]
    for event in (examples.host("db", asked=LOOK), *found, examples.end("passed", 2.0)):
        console.event("db", event)
    assert stream.getvalue().endswith("db: two pain points foreseen in 2.0 s\n")


def test_programs_read_the_status_as_ever() -> None:
    """It is contract: report.json, junit.xml and the exit code."""
    whole = report(READY, AHEAD)
    made = reporters()["json"]
    assert made.host is not None
    assert made.run is not None
    assert {one.run.status for one in whole.reports} == {"passed"}
    assert [row["status"] for row in json.loads(made.run(whole, examples.CATALOGUE))["hosts"]] == [
        "passed",
        "passed",
    ]
    assert whole.exit_code == 0


def test_a_host_on_which_more_was_tried_passed() -> None:
    done = looked_at("web", asked=[*LOOK, "install-engine"])
    assert "web   passed " in summary(report(done), Path("runs/x"))
    assert "web   passed " in summary(report(looked_at("web", asked=[])), Path("runs/x"))
