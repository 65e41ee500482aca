"""Every answer for programs keeps to its published schema, and the schema to what is answered."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
import yaml
from msgspec import structs
from msgspec.structs import replace

import example_runs as examples
import scale
import side_by_side
from onramp.cli.schemas import FOLDER, bench_schema, published, text
from onramp.cli.schemas.schema_writer import Schema, objects
from onramp.errors import UsageError
from onramp.evidence import events, reviews
from onramp.evidence.find_runs import host_runs
from onramp.evidence.logs import Printed
from onramp.evidence.run_dir import RunDirectory
from onramp.model.pain import Evidence, Unexplained
from onramp.model.run import HostRun, RequirementRun, RequirementStatus
from onramp.pains import catalogue
from onramp.pipeline.reproduce import verdicts
from onramp.reports.build import build, host_report
from onramp.reports.formats import report_json as json_reporter
from onramp.text.json_text import indented
from onramp.text.masking import Masker
from places import RECORDED, ROOT

RUN = RECORDED / "run"
HOST = RUN / "hosts/debian-12-sysv"
KINDS = [*examples.all_kinds(), examples.hostile(), *host_runs(RUN)]


@cache
def strict(name: str) -> Schema:
    """The published schema, but no key it does not name, and no event it does not know."""
    schema: Schema = copy.deepcopy(published()[name])
    events = {part["then"]["$ref"].rpartition("/")[2] for part in schema.get("allOf", ())}
    for part in objects(schema):
        if part is not schema and part.get("title") not in events:
            part["additionalProperties"] = False
    if events:
        schema["unevaluatedProperties"] = False
        known = [part["if"]["properties"]["event"]["const"] for part in schema["allOf"]]
        schema["properties"]["event"] = {"enum": known}
    return schema


def check(value: Any, name: str) -> None:
    jsonschema.Draft202012Validator(strict(name)).validate(value)


def invoked(*words: str, expect: int = 0) -> Any:
    done = subprocess.run(
        [ROOT / "invoke", *words, "--json"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == expect, done.stderr
    return json.loads(done.stdout)


def rows(*words: str) -> list[Any]:
    found = invoked(*words)
    assert isinstance(found, list)
    assert found
    return found


@pytest.fixture
def recorded_runs(tmp_path: Path) -> Path:
    """A folder of runs: one that was recorded, and two from rated evidence."""
    shutil.copytree(RUN, tmp_path / "20261123T170957Z")
    for stamp, name in (
        ("20261101T000000Z", "clean-debian-12"),
        ("20261102T000000Z", "no-systemd"),
    ):
        folder = tmp_path / stamp / "hosts/debian-12"
        folder.mkdir(parents=True)
        events = (RECORDED / f"rated/{name}.jsonl").read_text(encoding="utf-8")
        renamed = events.replace(f'"{name}"', '"debian-12"', 1)
        (folder / "events.jsonl").write_text(renamed, encoding="utf-8")
    return tmp_path


# --- the files --------------------------------------------------------------------------------


def test_the_published_files_are_what_the_code_says() -> None:
    """`python -m onramp.cli.schemas` makes them."""
    wanted = {f"{name}.schema.json": text(schema) for name, schema in published().items()}
    assert {
        file.name: file.read_text(encoding="utf-8") for file in (ROOT / FOLDER).iterdir()
    } == wanted


@pytest.mark.parametrize("name", published())
def test_a_schema_is_one_and_stands_alone(name: str) -> None:
    schema = published()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    refs = [line for line in text(schema).split('"') if line.startswith(("#", "http"))]
    assert {ref for ref in refs if ref.startswith("http")} == {schema["$schema"]}
    assert {ref.removeprefix("#/$defs/") for ref in refs if ref[0] == "#"} == set(schema["$defs"])


# --- reports and runs -------------------------------------------------------------------------


def report_json() -> Any:
    """A recorded host's report as it is written."""
    report = host_report(host_runs(RUN)[0], catalogue())
    return json.loads(json_reporter.host(report, catalogue(), lambda _: Printed()))


@pytest.mark.parametrize("run", KINDS, ids=lambda run: run.status)
def test_the_report_of_any_host_keeps_to_its_schema(run: HostRun) -> None:
    pains = {**catalogue(), **examples.CATALOGUE}
    for known in (pains, {}):
        report = host_report(run, known)
        check(json.loads(json_reporter.host(report, known, lambda _: Printed())), "report")


def test_the_run_that_is_printed_keeps_to_its_schema() -> None:
    report = build(KINDS, id="x", command="x", started="x", seconds=1.0, catalogue=catalogue())
    printed = json.loads(json_reporter.run(report, catalogue()))
    check(printed, "run-report")
    assert len(printed["hosts"]) == len(KINDS)


def test_a_requirement_is_as_the_schema_has_it() -> None:
    seen = Evidence("docker compose ps", 0, "Up", "")
    needs = tuple(
        RequirementRun("detached", "Runs detached", status, "", seen if at else None, 0.2)
        for at, status in enumerate(get_args(RequirementStatus))
    )
    report = host_report(replace(KINDS[0], requirements=needs), catalogue())
    printed = json.loads(json_reporter.host(report, catalogue(), lambda _: Printed()))
    check(printed, "report")
    assert len(printed["requirements"]) == len(needs)
    fields = set(RequirementRun.__struct_fields__)
    assert fields <= set(published()["event"]["$defs"]["RequirementRun"]["properties"])


def test_a_real_run_that_reaches_nobody(tmp_path: Path) -> None:
    printed = invoked(
        "evaluate",
        "--hosts=nobody@nowhere.invalid",
        "--host-keys=accept-new",
        f"--runs={tmp_path}",
        expect=4,
    )
    check(printed, "run-report")
    run = tmp_path / "latest"
    check(json.loads((run / "run.json").read_text()), "run")
    folder = run / "hosts/nowhere.invalid"
    assert printed["hosts"] == [json.loads((folder / "report.json").read_text())]
    check_events(folder)


def test_a_recorded_run_keeps_to_the_schemas() -> None:
    check(json.loads((RUN / "run.json").read_text()), "run")
    check(json.loads((HOST / "facts.json").read_text()), "facts")
    assert {"facts", "finding", "command", "end"} <= check_events(HOST)


def check_events(folder: Path) -> set[str]:
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    for event in events:
        check(event, "event")
    return {event["event"] for event in events}


def test_a_run_that_has_not_ended_is_one_too(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path, command="invoke evaluate", masker=Masker(()))
    run.host("debian-12")
    summary = json.loads((run.path / "run.json").read_text())
    check(summary, "run")
    run.finish(250, notes=("a note",))
    check(json.loads((run.path / "run.json").read_text()), "run")


def test_every_event_the_harness_writes_is_described() -> None:
    """Writers make values of these types (mypy sees to that), so no field of another is written."""
    schema = published()["event"]
    refs = {
        part["if"]["properties"]["event"]["const"]: part["then"]["$ref"].rpartition("/")[2]
        for part in schema["allOf"]
    }
    assert refs.keys() == events.KINDS.keys()
    for name, kind in events.KINDS.items():
        fields = {field for field in get_type_hints(kind) if field != "NAME"}
        assert fields == set(schema["$defs"][refs[name]]["properties"]), name


def test_an_event_nobody_knows_is_allowed_in_the_published_schema() -> None:
    validator = jsonschema.Draft202012Validator(published()["event"])
    validator.validate({"t": "2026-11-23T13:40:23.398Z", "event": "later", "with": [1]})
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"t": "2026-11-23T13:40:23.398Z", "event": "end", "status": "fine"})


# --- what commands print ----------------------------------------------------------------------


def test_pains_keep_to_their_schema(tmp_path: Path) -> None:
    found = rows("pains")
    check(found, "pains")
    assert len(found) == len(catalogue())
    check(rows("pains", "--show=apt-lock-held"), "pains")
    run = RunDirectory.create(tmp_path, command="x", masker=Masker(()))
    evidence = Evidence("docker compose up", None, "gremlins", "logs/1")
    run.host("h").append(Unexplained("up", evidence))
    check(rows("pains", "--unexplained", f"--runs={tmp_path}"), "unexplained")


def test_diagnoses_keep_to_their_schema(recorded_runs: Path, tmp_path: Path) -> None:
    check(rows("diagnose", "--run=20261123T170957Z", f"--runs={recorded_runs}"), "diagnose")
    paste = tmp_path / "paste"
    paste.write_text("E: Could not get lock /var/lib/dpkg/lock-frontend.\n" + examples.SOCKET)
    check(rows("diagnose", f"--text={paste}"), "diagnose")
    paste.write_text("all is well")
    nothing = invoked("diagnose", f"--text={paste}")
    assert nothing == []
    check(nothing, "diagnose")


def test_histories_keep_to_their_schema(recorded_runs: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(recorded_runs, runs, symlinks=True)
    told = invoked("history", f"--runs={runs}")
    check(told, "history")
    assert told["groups"]
    shutil.rmtree(runs / sorted(path.name for path in runs.glob("2*"))[0])
    check(invoked("history", f"--runs={runs}"), "history")
    check(invoked("history", f"--runs={tmp_path}"), "history")


def test_comparisons_keep_to_their_schema(recorded_runs: Path) -> None:
    runs = f"--runs={recorded_runs}"
    worse = invoked("compare", "20261101", "20261102", runs, "--fail-on=minor", expect=2)
    check(worse, "compare")
    assert worse["regressions"]
    alike = invoked("compare", "20261101", "20261101T000000Z", runs, "--fail-on=minor")
    check(alike, "compare")
    assert alike["exit_code"] == 0


@pytest.mark.parametrize("run", KINDS, ids=lambda run: run.status)
def test_reproductions_keep_to_their_schema(run: HostRun) -> None:
    pain = catalogue()["daemon-not-running"]
    for remedy in (True, False):
        found = verdicts.verdict(pain, "debian-12", run, catalogue=catalogue(), remedy=remedy)
        check(json.loads(indented([found])), "reproduce")


def test_the_bench_keeps_to_its_schema() -> None:
    peers = dict.fromkeys(("onramp", "fabric", "pyinfra", "ansible", "ssh"), [1.0, 2.0])
    times = side_by_side.Times({**peers}, {"ansible": "not installed"})
    listing = side_by_side.Times({"onramp": [0.2], "bare_invoke": [0.1]})
    printed = side_by_side.summary(times, listing, [report_json()], 2)
    check(json.loads(indented(printed)), "bench")
    check(json.loads(indented(side_by_side.summary(times, listing, [], 2))), "bench")


def test_the_bench_of_many_hosts_keeps_to_its_schema() -> None:
    took = [scale.Took(seconds, 4.0, 102_400) for seconds in (10.0, 30.0, 20.0)]
    row = scale._row("doctor", 200, "onramp", took)
    assert (row.seconds, row.processor_ms_per_host, row.megabytes) == (20.0, 20.0, 100.0)
    result = bench_schema.Scale([row], 3, 16, {"ansible (provision)": "not installed"})
    check(json.loads(indented(result)), "bench-scale")
    ssh = structs.replace(row, who="ssh", seconds=10.0)
    text = scale._table(structs.replace(result, rows=[row, ssh]))
    assert "2.00" in text
    assert "no figure: not installed" in text


# --- reviews ----------------------------------------------------------------------------------

GOOD_REVIEWS = [
    "ratings: {set_up: 6, task: 9, documentation: 7}\nnotes: |\n  Two\n  lines.",
    "set_up: 3\nshut_down: 10\nconcerns: [One., Two.]",
    "ratings: {task: }\nmlops:\nnotes: Short.",
]
BAD_REVIEWS = [
    "{}",
    "ratings: {set_up: 11}",
    "ratings: {set_up: 0}",
    "ratings: {setup: 5}",
    "set_up: six",
    "set_up: 6.5",
    "feelings: good",
    "notes: 5",
    "ratings: {task: 5}\nset_up: 5",
]


@pytest.mark.parametrize("source", [*GOOD_REVIEWS, *BAD_REVIEWS])
def test_a_review_is_good_where_its_schema_says_so(source: str, tmp_path: Path) -> None:
    """The file that is read decides; the schema says the same beforehand."""
    path = tmp_path / "review.yml"
    path.write_text(source, encoding="utf-8")
    try:
        reviews.read(path, shown="review.yml")
        read = True
    except UsageError:
        read = False
    assert read == (source in GOOD_REVIEWS)
    validator = jsonschema.Draft202012Validator(published()["review"])
    assert validator.is_valid(yaml.safe_load(source)) == read


def test_a_kept_review_keeps_to_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "given.yml"
    path.write_text(GOOD_REVIEWS[1], encoding="utf-8")
    kept = reviews.keep(reviews.read(path, shown="x"), tmp_path, "h")
    check(yaml.safe_load(kept.read_text(encoding="utf-8")), "review")


# --- a schema that lets everything through proves nothing --------------------------------------

ANSWERS = sorted(published().keys() - {"event", "facts", "review"})  # whose keys come and go
# lack these
OLDER = {"HostReport": {"requirements"}, "Requirement": {"why"}, "RunFile": {"arguments"}}


@pytest.mark.parametrize("name", ANSWERS)
def test_no_key_may_be_missing_or_hold_a_value_of_another_kind(name: str) -> None:
    schema = published()[name]
    parts = list(objects(schema))
    assert parts
    for part in parts:
        left_out = set(part["properties"]) - set(part["required"])
        assert left_out == OLDER.get(part["title"], set())
        for key, shape in part["properties"].items():
            whole = {**shape, "$defs": schema["$defs"]}
            found = jsonschema.Draft202012Validator(whole)
            assert not found.is_valid({"of": ["another", "kind"]}), (part["title"], key)


@pytest.mark.parametrize(
    ("part", "key", "wrong"),
    [
        ("HostReport", "schema", 2),
        ("HostReport", "status", "ok"),
        ("Step", "status", "done"),
        ("Step", "seconds", -1),
        ("PainPoint", "severity", "critical"),
        ("PainPoint", "how", "guessed"),
        ("PainPoint", "outcome", "fixed"),
        ("Remedy", "kind", "maybe"),
        ("Requirement", "status", "unknown"),
        ("Rating", "measured", 11),
        ("Rating", "measured", 0),
        ("Host", "arch", {"unknown": True}),
    ],
)
def test_no_key_may_hold_another_word(part: str, key: str, wrong: object) -> None:
    shape = published()["report"]["$defs"][part]["properties"][key]
    assert not jsonschema.Draft202012Validator(shape).is_valid(wrong)


def test_a_key_nobody_named_fails_here_and_nowhere_else() -> None:
    report = {**report_json(), "mood": "good"}
    with pytest.raises(jsonschema.ValidationError):
        check(report, "report")
    jsonschema.Draft202012Validator(published()["report"]).validate(report)


def test_a_fact_is_a_value_or_unknown() -> None:
    facts = json.loads((HOST / "facts.json").read_text())
    check({**facts, "cpus": {"unknown": True}}, "facts")
    for wrong in ({"unknown": False}, "four", None):
        with pytest.raises(jsonschema.ValidationError):
            check({**facts, "cpus": wrong}, "facts")


def test_the_contracts_keys_are_those_of_the_report() -> None:
    assert [*json_reporter.HostReport.__struct_fields__] == [
        "schema", "host", "status", "versions", "steps", "pain_points", "unexplained",
        "requirements", "ratings", "timings",
    ]  # fmt: skip
