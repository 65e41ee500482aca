"""The reports of a run of thousands: what they take, what they hold, and what one reads first."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterable
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Any

import pytest
from msgspec.structs import replace

import example_runs as examples
import many_hosts
from onramp.cli.run_table import summary
from onramp.model.run import HostRun, Report, RunReport
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.brief import brief
from onramp.reports.build import build
from onramp.reports.formats import report_html, report_md, summary_md
from onramp.reports.host_groups import FEW, by_cause, by_pain_point, by_system
from onramp.text.sanitize import one_line

PAINS = {**catalogue(), **examples.CATALOGUE}
RUN_FORMATS = [one.id for one in formats.reporters().values() if one.run_file]


@pytest.fixture(scope="module")
def small() -> RunReport:
    return many_hosts.run_report(150)


@pytest.fixture(scope="module")
def large() -> RunReport:
    return many_hosts.run_report(1200)


def calls(kind: str, report: RunReport) -> int:
    """How many function calls it takes: the same on a busy machine."""
    render = formats.reporters()[kind].run
    assert render
    with Profile() as profile:
        render(report, catalogue())
    counted: int = Stats(profile).total_calls  # type: ignore[attr-defined]
    return counted


@pytest.mark.parametrize("kind", RUN_FORMATS)
def test_what_a_host_more_costs_does_not_grow(
    kind: str, small: RunReport, large: RunReport
) -> None:
    formats.load()
    assert calls(kind, large) < 2 * 8 * calls(kind, small)  # of eight times as many hosts


@pytest.mark.parametrize("kind", RUN_FORMATS)
def test_what_a_run_keeps_of_its_hosts_is_all_that_its_own_reports_need(kind: str) -> None:
    render = formats.reporters()[kind].run
    assert render
    kinds = [*examples.all_kinds(), examples.hostile(), *map(one_way, ("repository", "script"))]
    for more in (kinds, [*kinds, *many_hosts.host_runs(FEW)]):
        whole = build(more, id="x", command="x", started="", seconds=1.0, catalogue=PAINS)
        kept = replace(whole, reports=tuple(map(brief, whole.reports)))
        assert render(kept, PAINS) == render(whole, PAINS)
        assert summary(kept, Path("x")) == summary(whole, Path("x"))


def one_way(method: str) -> HostRun:
    """One of several ways to an engine on a system."""
    return replace(examples.passed(method), image="debian-12", asked_method=method)


def test_a_host_kept_in_brief_takes_a_fifth_of_the_room() -> None:
    def size(reports: Iterable[Report]) -> int:
        return sum(len(pickle.dumps(one)) for one in reports)

    whole = many_hosts.run_report(100).reports
    assert size(map(brief, whole)) * 5 < size(whole)


# --- index.html -------------------------------------------------------------------------------

EVIL = "</script><script>alert(1)</script><!-- & \u2028\x1b[31m"


def page(report: RunReport) -> str:
    return report_html.run(report, catalogue())


def rows(source: str) -> dict[str, Any]:
    """What the page's script reads."""
    found = re.search(r'<script type="application/json" id="hosts-data">([^<]*)</script>', source)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_the_page_has_every_host_once_and_stays_small(large: RunReport) -> None:
    source = page(large)
    told = rows(source)
    assert len(told["rows"]) == 1200
    assert {row[0] for row in told["rows"]} == {many_hosts.name(number) for number in range(1200)}
    assert len(source) < 1_000 * 1200  # so five thousand are within 5 MB


def test_a_hostile_name_ends_no_element_of_the_page() -> None:
    source = page(many_hosts.run_report(FEW, many_hosts.named(EVIL)))
    told = rows(source)
    assert one_line(EVIL, 60) in {row[0] for row in told["rows"]}
    assert source.count("<script") == 2  # the rows and what shows them
    assert "alert(1)</script>" not in source
    assert "\x1b" not in source


def test_a_host_more_than_a_few_makes_the_page_one_of_groups() -> None:
    few = page(many_hosts.run_report(FEW))
    assert "hosts-data" not in few
    assert few.count('<tr id="host-') == FEW
    assert "hosts-data" in page(many_hosts.run_report(FEW + 1))


def test_groups_have_the_hosts_that_belong_to_them(large: RunReport) -> None:
    runs = [one.run for one in large.reports]
    systems = by_system(runs)
    assert sum(one.hosts for one in systems) == 1200
    assert systems[-1].name == "unknown"  # nobody looked at those that were not reached
    assert (systems[-1].hosts, systems[-1].stopped) == (36, 36)
    stopped = {(one.status, one.cause): len(one.hosts) for one in by_cause(runs)}
    assert stopped["unreachable", "ssh-connection-refused-timeout, not remedied"] == 24
    assert stopped["failed", "at up: port-already-allocated, not remedied"] == 12
    assert sum(stopped.values()) == 96
    denied = next(one for one in by_pain_point(runs) if one.id == "docker-sock-permission-denied")
    assert denied.stopped == sum(
        run.status == "failed" and any(one.pain == denied.id for one in run.findings)
        for run in runs
    )


def test_hosts_stopped_alike_are_one_group_though_each_is_told_by_its_name() -> None:
    runs = [
        HostRun(name, address, "unreachable", notes=(f"{address}: nobody is at {name}",))
        for name, address in (("web1", "10.0.0.1"), ("web11", "10.0.0.11"))
    ]
    assert [one.cause for one in by_cause(runs)] == ["the host: nobody is at the host"]


# --- Markdown ---------------------------------------------------------------------------------


def test_the_summary_is_one_screen_with_what_stopped_hosts_first(large: RunReport) -> None:
    source = summary_md.run(replace(large, notes=("the stack is up",) * 1200), catalogue())
    shown = re.sub(r"<details>.*?</details>", "folded", source, flags=re.S)
    lines = [line for line in shown.split("\n") if line]
    assert len(lines) <= 60
    assert len(source) < 512 * 1024
    places = [shown.index(words) for words in (
        "1104 hosts passed, 60 hosts failed, 36 hosts unreachable",
        "| **unreachable** | ssh-connection-refused-timeout, not remedied | 24 | web0000",
        "| **failed** | at install-engine: apt-lock-held, not remedied | 12 | web0033",
        "Join group docker",
        "| web0077.example.org and 11 more | `build` | `docker compose build` | `boom` |",
        "## Systems",
        "1194 more are in `index.html`",
    )]  # fmt: skip
    assert places == sorted(places)


def test_the_index_names_every_host_once_and_groups_first(large: RunReport) -> None:
    source = report_md.run(replace(large, notes=("the stack is up",) * 1200), catalogue())
    assert len(source) < 200 * 1200  # so five thousand are within a megabyte
    titles = re.findall(r"^## (.*)", source, re.M)
    assert titles == [
        *("What stopped hosts", "Systems", "Pain points", "Hosts that did not come through"),
        *("All others", "Notes"),
    ]
    below = source.partition("## Hosts that did not")[2]
    named = re.findall(r"\]\(hosts/([^/]+)/report\.md\)", below)
    assert sorted(named) == [many_hosts.name(number) for number in range(1200)]
    assert "1180 more are in `run.json`." in source


def test_hosts_that_print_without_end_leave_the_index_bounded() -> None:
    words = "\U0001f40b|`<" * 2000
    runs = [examples.failed(f"{number} {words}") for number in range(2000)]
    runs += [examples.clean(f"clean {number} {words}") for number in range(2000)]
    whole = build(runs, id="x", command="x", started="", seconds=1.0, catalogue=catalogue())
    source = report_md.run(whole, catalogue())
    assert len(source.encode()) < 1_000_000
    assert "more are in `index.html`" in source


# --- the terminal -----------------------------------------------------------------------------


def test_the_table_of_many_is_groups_unless_every_host_is_asked_for(large: RunReport) -> None:
    noted = replace(large, notes=("the stack is up",) * 1200)
    shown = summary(noted, Path("runs/x"))
    assert len(shown.split("\n")) < 45
    assert re.search(r"^24 +unreachable +ssh-connection-refused-timeout.*21 more$", shown, re.M)
    assert re.search(r"^SYSTEM +HOSTS +UNREACHABLE +FAILED +PASSED +MEDIAN", shown)
    assert "1190 more notes: runs/x/run.json" in shown
    every = summary(noted, Path("runs/x"), every=True)
    assert all(many_hosts.name(number) in every for number in range(1200))
