"""JSON Schemas of all that Onramp writes for programs, as published in docs/schemas/.

They are made from types, enums from those that Onramp itself uses; tests hold every real answer
against them, with no key allowed that they do not name. `python -m onramp.cli.schemas` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from onramp.cli.schemas import bench_schema, run_schema
from onramp.cli.schemas.schema_writer import DRAFT, Schema, assembled, document, facts
from onramp.diagnosis.diagnosis_json import Diagnosis
from onramp.diagnosis.unexplained import Failure
from onramp.evidence.reviews import Review
from onramp.history import trend_json
from onramp.history.compare.comparison_types import Comparison
from onramp.model.facts import Facts
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.reports.form import pain_json
from onramp.reports.formats import report_json

FOLDER: Final = "docs/schemas"  # of a clone
_DOCUMENTS: Final[dict[str, tuple[Any, str, str]]] = {
    "report": (report_json.HostReport, "report.json", "One host's report."),
    "run-report": (
        report_json.Run,
        "evaluate --json",
        "What evaluate, provision, deploy, teardown and doctor print with --json.",
    ),
    "run": (run_schema.RunFile, "run.json", "A run: when, what, and the folders of its hosts."),
    "compare": (Comparison, "compare --json", "Two sides of runs, and what got worse."),
    "history": (
        trend_json.History,
        "history --json",
        "All runs as trends, kind of host by kind.",
    ),
    "pains": (list[pain_json.PainPoint], "pains --json", "The catalogue of pain points."),
    "unexplained": (
        list[Failure],
        "pains --unexplained --json",
        "Failures of earlier runs that nothing explains, the most frequent first.",
    ),
    "diagnose": (
        list[Diagnosis],
        "diagnose --json",
        "What was recognised, the leading cause first; empty when nothing is.",
    ),
    "reproduce": (
        list[Reproduction],
        "reproduce --json",
        "What became of each pain point, image by image.",
    ),
    "bench": (bench_schema.Bench, "bench --json", "Medians in seconds, all of the same run."),
}


def published() -> dict[str, Schema]:
    """Every schema, by the name of its file without its ending."""
    found = {name: document(*given) for name, given in _DOCUMENTS.items()}
    return {**found, "facts": _facts(), "event": _event(), "review": _review()}


def text(schema: Schema) -> str:
    """As its file has it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


LATER: Final = ("uptime_s", "cpu_waited_s")  # facts that older files do not have


def _facts() -> Schema:
    whole, parts = facts(Facts, without=LATER)
    return assembled(whole, parts, "facts.json", "What one probe script saw on a host.")


def _event() -> Schema:
    """An object per line: what it holds goes by `event`; one not named here may hold anything."""
    kinds = list(run_schema.EVENTS.values())
    refs, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    facts_part, more = facts(Facts, without=LATER)
    by_name = dict(zip(run_schema.EVENTS, refs, strict=True)) | {"facts": {"$ref": "#/$defs/Facts"}}
    t = msgspec.json.schema(run_schema.Moment)
    whole: Schema = {
        "type": "object",
        "properties": {"t": t, "event": {"type": "string"}},
        "required": ["t", "event"],
        "allOf": [
            {"if": {"properties": {"event": {"const": name}}, "required": ["event"]}, "then": ref}
            for name, ref in by_name.items()
        ],
    }
    parts = {**parts, **more, "Facts": facts_part}
    return assembled(whole, parts, "a line of events.jsonl", "One thing that happened on a host.")


def _review() -> Schema:
    """A file for `review --file`: ratings under `ratings` or at the top; an empty key is no key."""
    _, parts = msgspec.json.schema_components([Review], ref_template="#/$defs/{name}")
    review, scores = (_or_empty(parts[name]["properties"]) for name in ("Review", "Scores"))
    said = {name: shape for name, shape in review.items() if name != "ratings"}
    closed = {"type": "object", "additionalProperties": False}
    return {
        "$schema": DRAFT,
        "title": "reviews/<host>.yml",
        "description": "What a person thought of a host, 1 (hard) to 10 (easy). The file is YAML.",
        "anyOf": [
            {**closed, "properties": review, "minProperties": 1},
            {**closed, "properties": {**scores, **said}, "minProperties": 1},
        ],
        "$defs": {"Scores": {**closed, "title": "Scores", "properties": scores}},
    }


def _or_empty(properties: Mapping[str, Schema]) -> dict[str, Schema]:
    """Each as it is, or null: what a person leaves empty in YAML."""
    found = {}
    for name, shape in properties.items():
        known = {key: value for key, value in shape.items() if key != "default"}
        kinds = known.get("anyOf", [known])
        null = {"type": "null"}
        found[name] = {"anyOf": kinds if null in kinds else [*kinds, null]}
    return found
