"""Which way to an engine hurts least: what stands in the table, and in which order."""

from __future__ import annotations

from msgspec.structs import replace

from example_runs import passed
from onramp.model.pain import Evidence, Finding
from onramp.model.run import HostRun, RunReport
from onramp.pains import catalogue
from onramp.reports import build, ways_compared
from onramp.reports.formats import report_md, summary_md
from onramp.reports.html import run_page


def report(*runs: HostRun) -> RunReport:
    """A run of these hosts."""
    return build.build(runs, id="r", command="c", started="s", seconds=1.0, catalogue=catalogue())


def way(method: str, **changed: object) -> HostRun:
    """A host that went a way on debian-13."""
    run = replace(passed(), name=f"debian-13-{method}", image="debian-13", asked_method=method)
    return replace(run, **changed)  # type: ignore[arg-type]


def refused() -> HostRun:
    """One that ended before anything was changed."""
    said = "docker.method=script: no such thing | <b>here</b>"
    finding = Finding(
        pain="method-not-available", step="survey", how="foreseen",
        evidence=Evidence("cat /etc/os-release", 0, said), outcome="needs-human",
    )  # fmt: skip
    return way("script", status="failed", steps=(), findings=(finding,))


def test_one_way_is_no_comparison() -> None:
    assert ways_compared.compared(report(way("repository"))) == []
    assert ways_compared.compared(report(passed(), replace(passed(), name="other"))) == []
    assert "hurts least" not in report_md.run(report(way("repository")), catalogue())


def test_those_that_came_through_first_and_the_least_painful_of_them_leads() -> None:
    painful = Finding(
        pain="docker-group-missing", step="use-without-sudo", how="encountered",
        evidence=Evidence("docker version", 1, "no"), outcome="remedied",
    )  # fmt: skip
    worse = way("distribution")
    worse = replace(worse, findings=(*worse.findings, painful))
    ways = ways_compared.compared(report(refused(), worse, way("repository")))
    assert [one.method for one in ways] == ["repository", "distribution", "script"]
    assert ways[-1].cells[2].startswith("failed: docker.method=script")
    (sentence,) = ways_compared.sentences(ways)
    assert sentence.startswith("On debian-13 `repository` hurts least: ")


def test_where_no_way_came_through_it_says_so() -> None:
    other = replace(refused(), name="debian-13-static", asked_method="static")
    ways = ways_compared.compared(report(refused(), other))
    assert list(ways_compared.sentences(ways)) == ["On debian-13 no way came through."]


def test_every_page_of_the_run_has_it_and_no_word_of_a_host_is_markup() -> None:
    both = report(refused(), way("repository"))
    for page in (report_md.run(both, catalogue()), summary_md.run(both, catalogue())):
        assert f"## {ways_compared.TITLE}" in page
        assert "<b>here" not in page
        assert "thing | <" not in page
    html = run_page.run(both, catalogue())
    assert ways_compared.TITLE in html
    assert "<b>here" not in html
