"""JSON Schemas of all that Onramp writes for programs, as published in docs/schemas/.

They are made from types, enums from those that Onramp itself uses; tests hold every real answer
against them, with no key allowed that they do not name. `python -m onramp.cli.schemas` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, get_type_hints

import msgspec

from onramp.cli.schemas import bench_schema
from onramp.cli.schemas.schema_writer import DRAFT, Schema, assembled, document, facts
from onramp.diagnosis.diagnosis_json import Answer, Diagnosis
from onramp.diagnosis.unexplained import Failure
from onramp.evidence import events
from onramp.evidence.reviews import Review
from onramp.history import trend_json
from onramp.history.compare.comparison_types import Comparison
from onramp.model.facts import Facts
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.reports.form import pain_json
from onramp.reports.formats import report_json

FOLDER: Final = "docs/schemas"  # of a clone
EVENTS_PAGE: Final = "docs/events.md"
_DOCUMENTS: Final[dict[str, tuple[Any, str, str]]] = {
    "report": (report_json.HostReport, "report.json", "One host's report."),
    "run-report": (
        report_json.Run,
        "evaluate --json",
        "What evaluate, provision, deploy, teardown and doctor print with --json.",
    ),
    "run": (events.RunFile, "run.json", "A run: when, what, and the folders of its hosts."),
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
    "diagnose-advice": (
        Answer,
        "diagnose --json --advice",
        "What was recognised, and what would tell more where nothing is.",
    ),
    "reproduce": (
        list[Reproduction],
        "reproduce --json",
        "What became of each pain point, image by image.",
    ),
    "bench": (bench_schema.Bench, "bench --json", "Medians in seconds, all of the same run."),
    "bench-simulated": (
        bench_schema.Simulations,
        "bench --simulated=… --json",
        "Many hosts without SSH.",
    ),
    "bench-scale": (bench_schema.Scale, "bench --scale=… --json", "Many hosts, side by side."),
}


def published() -> dict[str, Schema]:
    """Every schema, by the name of its file without its ending."""
    found = {name: document(*given) for name, given in _DOCUMENTS.items()}
    return {**found, "facts": _facts(), "event": _event(), "review": _review()}


def text(schema: Schema) -> str:
    """As its file has it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _facts() -> Schema:
    whole, parts = facts(Facts, without=events.LATER[Facts])
    return assembled(whole, parts, "facts.json", "What one probe script saw on a host.")


def _event() -> Schema:
    """An object per line: what it holds goes by `event`; one not named here may hold anything."""
    kinds = {name: kind for name, kind in events.KINDS.items() if kind is not Facts}
    refs, parts = msgspec.json.schema_components(kinds.values(), ref_template="#/$defs/{name}")
    facts_part, more = facts(Facts, without=events.LATER[Facts])
    by_name = dict(zip(kinds, refs, strict=True)) | {"facts": {"$ref": "#/$defs/Facts"}}
    t = msgspec.json.schema(events.Moment)
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
    made = assembled(whole, parts, "a line of events.jsonl", "One thing that happened on a host.")
    for kind, later in events.LATER.items():
        required = made["$defs"][kind.__name__]["required"]
        made["$defs"][kind.__name__]["required"] = [n for n in required if n not in later]
    return made


_EVENTS_HEAD: Final = """# Events

A host's `events.jsonl` has one JSON object a line: `t` (UTC), `event`, and the fields of its kind.
Readers ignore events and fields they do not know; an unknown value is `{"unknown": true}`. The
shapes are in `evidence/events.py`, the schema is [event.schema.json](schemas/event.schema.json).

| event | what it says | fields |
| --- | --- | --- |"""


def events_page() -> str:
    """docs/events.md: what each line of events.jsonl holds."""
    rows = []
    for name, kind in events.KINDS.items():
        named = ", ".join(field for field in get_type_hints(kind) if field != "NAME")
        fields = "those of the survey" if kind is Facts else named
        about = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        rows.append(f"| `{name}` | {about} | {fields} |")
    return "\n".join((_EVENTS_HEAD, *rows, ""))


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
