"""A comparison for programs: schema 1, every key always there, unknown as null. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from onramp.evidence.replay import jsonable
from onramp.history.compare import noise
from onramp.history.compare.comparison_types import Comparison, HostComparison, Range

SCHEMA: Final = 1


def text(found: Comparison, exit_code: int) -> str:
    """The whole comparison as one JSON object."""
    whole = {
        "schema": SCHEMA,
        "before": list(found.before),
        "after": list(found.after),
        "exit_code": exit_code,
        "regressions": jsonable(found.regressions),
        "hosts": [_host(host) for host in found.hosts],
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "left_out": list(found.left_out),
    }
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _host(host: HostComparison) -> dict[str, Any]:
    runs = sum(host.ended_before.values()), sum(host.ended_after.values())
    return {
        "host": host.host,
        "names": list(host.names),
        "before": _side(host.ended_before, host.ways_before, host.waited_before),
        "after": _side(host.ended_after, host.ways_after, host.waited_after),
        "least_that_counts": jsonable(noise.least(*runs)),
        "pain_points": jsonable(host.pains),
        "steps": jsonable(host.timings),
        "timings": {
            "together": jsonable(host.together),
            "lost": jsonable(host.lost),
            "outside": jsonable(host.outside),
        },
        "ratings": {rating.name: jsonable(rating) for rating in host.ratings},
        "regressions": jsonable(host.regressions),
    }


def _side(ended: Mapping[str, int], ways: Mapping[str, int], waited: Range) -> dict[str, Any]:
    return {
        "runs": sum(ended.values()),
        "ended": dict(ended),
        "engine_from": dict(ways),
        "cpu_waited": jsonable(waited),
    }
