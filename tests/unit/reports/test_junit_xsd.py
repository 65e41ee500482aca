"""junit.xml keeps to its schema, its totals add up, and nobody who failed is green in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import xmlschema

import example_runs as examples
from onramp.evidence.find_runs import host_runs
from onramp.evidence.replay import host_run
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.build import build
from places import UNIT

HERE = UNIT
SCHEMA = xmlschema.XMLSchema(HERE / "junit.xsd")
RECORDED = host_runs(HERE / "recorded/run")
KINDS = [*examples.all_kinds(), *RECORDED, examples.hostile()]
HOSTILE = (
    "]]>&lt;!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
    "\x00\x01\x08\x0b\x0c\x1b[31m\x1b]0;t\x07\x7f\x85\ufffe\uffff",
    "\ud800\udfff \U0001f40b \u202e",
    b"\xff\xfe\xc3(".decode("utf-8", "surrogateescape"),
    b"\xff\xfe\xc3(".decode("utf-8", "replace"),
    "'\"><testcase name='forged'/>",
    "",
    "\n\t ",
    "x" * 1_000_000,
)


def rendered(*runs: HostRun) -> str:
    report = build(
        runs,
        id="20261123T062511Z",
        command="evaluate",
        started="2026-11-23T06:25:11.123Z",
        seconds=70.0,
        catalogue=catalogue(),
    )
    render = formats.reporters()["junit"].run
    assert render
    return render(report, {**catalogue(), **examples.CATALOGUE})


def parsed(*runs: HostRun) -> Element:
    """As a consumer reads the file: from its bytes, by its schema."""
    document = rendered(*runs).encode("utf-8")
    SCHEMA.validate(document.decode("utf-8"))
    return ElementTree.fromstring(document)


@pytest.mark.parametrize("run", KINDS, ids=lambda run: run.status)
def test_every_kind_of_host_keeps_to_the_schema(run: HostRun) -> None:
    (suite,) = parsed(run)
    assert len(suite.findall("testcase")) >= len(run.steps)


def test_a_run_of_all_kinds_and_a_run_of_none_keep_to_the_schema() -> None:
    assert len(parsed(*KINDS)) == len(KINDS)
    assert len(parsed()) == 0


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_text(words: str) -> None:
    events = [
        examples.host(words, words),
        {"event": "plan", "method": "", "steps": [{"id": words, "title": words}]},
        *examples.step(words, "failed", examples.command(words, words, exit_code=1)),
        examples.finding(words, words, words, 1, words),
        {
            "event": "unexplained",
            "step": words,
            "evidence": {"command": words, "exit_code": None, "excerpt": words, "log": ""},
        },
        {"event": "versions", "engine": words, "compose": words},
        {"event": "fault", "text": words, "details": words},
        examples.end("failed"),
    ]
    (suite,) = parsed(host_run(events))
    names = [case.get("name") for case in suite.findall("testcase")]
    assert "forged" not in names
    assert names[-1] == "fault"


def test_the_totals_are_those_of_the_cases() -> None:
    root = parsed(*KINDS)
    wanted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for total, kind in wanted.items():
            assert int(suite.get(total, "")) == len(suite.findall(f"testcase/{kind}"))
        seconds = sum(float(case.get("time", "")) for case in cases)
        assert float(suite.get("time", "")) == pytest.approx(seconds, abs=0.001)
    for total in ("tests", "failures", "errors", "time"):
        sums = sum(float(suite.get(total, "")) for suite in root)
        assert float(root.get(total, "")) == pytest.approx(sums, abs=0.01)
    assert [suite.get("id") for suite in root] == [str(place) for place in range(len(KINDS))]


@pytest.mark.parametrize("run", KINDS, ids=lambda run: run.status)
def test_only_who_got_through_is_green(run: HostRun) -> None:
    (suite,) = parsed(run)
    red = int(suite.get("failures", "")) + int(suite.get("errors", ""))
    assert (red == 0) == (run.status in ("passed", "planned"))


def test_a_host_that_failed_outside_any_step_is_red_too() -> None:
    """As one whose lab host never booted, or on which Onramp itself broke."""
    nothing = host_run([examples.host("h"), examples.end("failed")])
    broken = host_run(
        [
            examples.host("h"),
            *examples.set_up(),
            {"event": "fault", "text": "KeyError: 'x'", "details": "Traceback"},
            examples.end("passed"),
        ]
    )
    away = host_run([examples.host("h"), examples.end("unreachable")])
    assert [error.get("type") for error in parsed(away).iter("error")] == ["unreachable"]
    (no_step,) = parsed(nothing)
    assert [error.get("type") for error in no_step.iter("error")] == ["failed"]
    (fault,) = parsed(broken)
    assert [error.get("type") for error in fault.iter("error")] == ["fault"]
    assert "KeyError: 'x'" in (fault.findtext("system-err") or "")


def test_an_unreachable_host_is_an_error_that_says_why() -> None:
    (suite,) = parsed(examples.unreachable())
    (error,) = suite.iter("error")
    assert suite.find("testcase[@name='connect']/error") is error
    assert "was not reached" in error.get("message", "")
    assert "Connection refused" in (error.text or "")
    assert not list(suite.iter("failure"))


def test_pain_points_are_listed_for_programs_and_for_people() -> None:
    (suite,) = parsed(*RECORDED)
    found = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert found["pain-point.daemon-not-running"] == (
        "major, encountered at start-daemon, remedied"
    )
    for finding in RECORDED[0].findings:
        assert f"pain-point.{finding.pain}" in found
        assert f"\n{finding.pain}: " in (suite.findtext("system-out") or "")
    assert found["status"] == "passed"
    assert found["rating.set_up"].isdigit()


def test_requirements_are_listed_for_programs() -> None:
    met = {"event": "requirement", "id": "detached", "title": "Detached mode", "status": "met"}
    missing = {**met, "id": "gpu", "status": "missing", "because": "no driver\x1b[0m"}
    (suite,) = parsed(host_run([examples.host("h"), met, missing, examples.end("passed")]))
    found = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert found["requirement.detached"] == "met"
    assert found["requirement.gpu"] == "missing: no driver"


def test_times_are_those_of_the_host() -> None:
    (suite,) = parsed(*RECORDED)
    assert suite.get("timestamp") == RECORDED[0].began[:19]
    steps = {step.id: round(step.seconds, 3) for step in RECORDED[0].steps}
    cases = {case.get("name"): float(case.get("time", "")) for case in suite.iter("testcase")}
    assert cases == steps


def removed(path: str, attribute: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        found = root.find(path)
        assert found is not None
        del found.attrib[attribute]

    return change


def put(path: str, attribute: str, value: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        found = root.find(path)
        assert found is not None
        found.set(attribute, value)

    return change


def first_to_last(root: Element) -> None:
    suite = root[0]
    properties = suite[0]
    suite.remove(properties)
    suite.append(properties)


@pytest.mark.parametrize(
    "spoil",
    [
        removed("testsuite", "errors"),
        removed("testsuite", "timestamp"),
        removed("testsuite/testcase", "classname"),
        removed(".//error", "message"),
        put("testsuite", "timestamp", "2026-11-23T06:25:11Z"),
        put("testsuite", "time", "5e-05"),
        put("testsuite", "tests", "-1"),
        put("testsuite", "mood", "good"),
        put(".//error", "type", "whatever"),
        first_to_last,
    ],
)
def test_the_schema_notices_what_a_reader_would_stumble_over(
    spoil: Callable[[Element], None],
) -> None:
    root = copy.deepcopy(parsed(examples.unreachable()))
    spoil(root)
    assert not SCHEMA.is_valid(ElementTree.tostring(root, encoding="unicode"))
