"""Questions to the engine and to the deployed stack, answered as Outcomes: one function each.

Exit code 0 says that the expectation held. Words are for people and for diagnosis, numbers go to
the evidence. To add a check, add its function to CHECKS.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from onramp.evidence import EventLog
from onramp.model.action import Check, Outcome
from onramp.pipeline import engine_checks, page_checks
from onramp.pipeline.check_run import Cancelled, CheckRun
from onramp.remote import Connection
from onramp.remote.engine import EngineError

CHECKS: Final[Mapping[str, Callable[[CheckRun], bool]]] = {
    "running": engine_checks.running,
    "still-running": engine_checks.still_running,
    "came-back": engine_checks.came_back,
    "snapshot": engine_checks.snapshot,
    "leftovers": engine_checks.leftovers,
    "stays": engine_checks.stays,
    "exit-codes": engine_checks.exit_codes,
    "http": page_checks.http,
    "counter": page_checks.counter,
}


def perform(
    check: Check,
    connection: Connection,
    memory: dict[str, Any] | None = None,
    evidence: EventLog | None = None,
) -> Outcome:
    """The check's answer. Raises LinkError when the link is lost, KeyError for an unknown check."""
    began = time.monotonic()
    within_s = min(float(check.with_.get("within_s", 30.0)), check.timeout_s)
    memory = {} if memory is None else memory
    run = CheckRun(check, connection, memory, evidence, began + within_s)
    code: int | None = 1
    try:
        code = 0 if CHECKS[check.what](run) else 1
    except EngineError as error:
        run.err.append(str(error))
    except Cancelled:
        code = None
    return Outcome(
        command=check.shown,
        exit_code=code,
        stdout=_lines(run.out),
        stderr=_lines(run.err),
        seconds=round(time.monotonic() - began, 3),
        cut="cancelled" if code is None else None,
    )


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
