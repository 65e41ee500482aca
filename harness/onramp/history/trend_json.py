"""A history for programs: schema 1, every key always there, unknown as null. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from onramp.evidence.replay import jsonable
from onramp.history.trend_types import Group, History, Measure, PainTrend, Row

SCHEMA: Final = 1


def text(found: History) -> str:
    """The whole history as one JSON object."""
    runs = list(dict.fromkeys(row.run for row in found.rows))
    whole = {
        "schema": SCHEMA,
        "task": found.task,
        "since": found.since,
        "runs": {
            "count": len(runs),
            "first": runs[0] if runs else None,
            "last": runs[-1] if runs else None,
            "gone": sorted({row.run for row in found.rows if row.gone}),
        },
        "left_out": dict(found.left_out),
        "groups": [_group(group) for group in found.groups],
        "pain_points": [{**_pain(one), "groups": list(one.groups)} for one in found.pains],
    }
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _group(group: Group) -> dict[str, Any]:
    return {
        "label": group.label,
        "system": group.system,
        "stack": group.stack or None,
        "method": group.method or None,
        "runs": len(group.rows),
        "ended": dict(Counter(row.status for row in group.rows)),
        "pass_rate": round(group.passed / len(group.rows), 3),
        "passing": {
            "verdict": group.passing.verdict,
            **{
                side: {"runs": seen.runs, "share": seen.median if seen.runs else None}
                for side, seen in (
                    ("before", group.passing.before),
                    ("newest", group.passing.newest),
                )
            },
        },
        "engines": jsonable(group.engines),
        "first_answer_s": _measure(group.first_answer),
        "total_s": _measure(group.total),
        "ratings": {name: _measure(measure) for name, measure in group.ratings.items()},
        "pain_points": [_pain(one) for one in group.pains],
        "points": [_point(row) for row in group.rows],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {**jsonable(measure.all), "trend": jsonable(measure.trend)}


def _point(row: Row) -> dict[str, Any]:
    return {
        "run": row.run,
        "began": row.began,
        "gone": row.gone,
        "host": row.name,
        "status": row.status,
        "engine": row.engine or None,
        "answered": row.answered,
        "first_answer_s": row.first_answer_s,
        "total_s": row.total_s,
        "ratings": dict(row.ratings),
        "pain_points": sorted(row.walk.met),
    }


def _pain(one: PainTrend) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "severity": one.severity,
        "runs": one.seen.runs,
        "of": one.seen.of,
        "share": round(one.seen.runs / one.seen.of, 3) if one.seen.of else None,
        "outcome": one.seen.outcome,
        "steps": list(one.seen.steps),
        "foreseen": one.seen.foreseen,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "change": one.change,
    }
