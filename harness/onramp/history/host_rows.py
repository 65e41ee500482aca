"""One host's events as one row of the history. Pure.

What is kept is plain text on one line, so that nothing a host printed waits in the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from onramp.evidence import moments, replay
from onramp.history.compare import pain_changes, sides
from onramp.history.trend_types import Row
from onramp.model.pain import Catalogue
from onramp.model.rating import RATINGS
from onramp.model.run import HostRun
from onramp.model.unknown import known
from onramp.reports.ratings import rate
from onramp.text.sanitize import one_line

_TASK = re.compile(r"[a-z][a-z.-]*$")
_NAME: Final = 100
UNKNOWN_TASK: Final = "unknown"
Events = Sequence[Mapping[str, Any]]


def row(events: Events, catalogue: Catalogue, *, run: str, began: str, task: str) -> Row:
    """What is kept of a host that took part in `run`, rated with this catalogue."""
    host = replay.host_run(events)
    rated = rate(host, catalogue)
    return Row(
        run=run,
        began=began,
        task=task,
        name=one_line(host.name, _NAME),
        system=_system(host),
        stack=one_line(host.stack, _NAME),
        method=_method(host, events),
        engine=one_line(host.versions.get("engine") or "", 60),
        status=host.status,
        answered=bool(host.answers),
        first_answer_s=first_answer_s(events),
        total_s=host.total_s,
        ratings={name: rated[name].measured if name in rated else None for name in RATINGS},
        walk=_plain(pain_changes.walk(host)),
    )


def first_answer_s(events: Events) -> float | None:
    """Seconds from the first attempt to connect to the first page that answered.

    Booting a lab host is not part of it. None where nothing answered, or no time is told.
    """
    began = next((_moment(one) for one in events if _is_connecting(one)), None)
    answer = next((_moment(one) for one in events if one.get("event") == "answer"), None)
    if began is None or answer is None or answer < began:
        return None
    return round((answer - began).total_seconds(), 3)


def task_of(command: str) -> str:
    """`evaluate`, of "invoke evaluate --hosts=…"; flags of Invoke itself may stand before it."""
    words = [word for word in command.split() if not word.startswith("-")]
    task = words[1] if len(words) > 1 else ""
    return task if _TASK.match(task) and len(task) <= 30 else UNKNOWN_TASK


def began_of(run: str) -> str | None:
    """When a run began, by its stamp, to the second; None where that is no date."""
    try:
        moment = datetime.strptime(run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment.isoformat().replace("+00:00", "Z")


def _system(host: HostRun) -> str:
    pretty = known(host.facts.os_pretty) if host.facts else None
    return one_line(host.image or pretty or host.platform, _NAME)


def _method(host: HostRun, events: Events) -> str:
    """How it was to be set up: where that failed and another way was taken, it is the same kind.

    A host whose engine was there takes no time to set up: that is a kind of its own.
    """
    planned = (one.get("method") for one in events if one.get("event") == "plan")
    first = next((method for method in planned if method), "")
    way = sides.way(replace(host, method=one_line(str(first), 40)))
    return "" if way == "none" else way


def _is_connecting(event: Mapping[str, Any]) -> bool:
    if event.get("event") == "step":
        return event.get("id") == "connect" and event.get("state") == "started"
    return event.get("event") == "connected"


def _moment(event: Mapping[str, Any]) -> datetime | None:
    return moments.moment(str(event.get("t")))


def _plain(walk: pain_changes.Walk) -> pain_changes.Walk:
    met = {
        one_line(pain, _NAME): [
            pain_changes.Met(one.outcome, one_line(one.step, 60), one.how) for one in meetings
        ]
        for pain, meetings in walk.met.items()
    }
    return pain_changes.Walk(met, frozenset(one_line(step, 60) for step in walk.reached))
