"""Failures that no pain point accounts for, collected over all runs: the catalogue's to-do list."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from onramp.diagnosis import findings, matching, old_runs
from onramp.evidence import attempts, find_runs, replay
from onramp.evidence.attempts import Event
from onramp.evidence.stored_events import read_events
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Finding, Situation, Unexplained
from onramp.model.settings import Settings
from onramp.model.step import Attempt

_VARYING = re.compile(r"[0-9a-f]{12,}|\d+(?:\.\d+)*|/tmp/\S+")


class Failure(Struct):
    """A kind of failure that nothing explains; `seen` holds the host folders it was met in.

    Those are in order, the oldest first.
    """

    step: str
    command: str
    exit_code: int | None
    excerpt: str
    seen: Annotated[list[str], Meta(min_length=1)]


def collect(runs_dir: Path, catalogue: Catalogue) -> list[Failure]:
    """The most frequent first. What today's catalogue recognises is left out."""
    found: dict[tuple[str, str], Failure] = {}
    for run in find_runs.all_runs(runs_dir):
        for folder in find_runs.host_folders(run):
            for failure in _of_host(read_events(folder / "events.jsonl"), folder, catalogue):
                key = (failure.step, _VARYING.sub("#", failure.excerpt))
                found.setdefault(key, failure).seen.append(_shown(folder))
    return sorted(found.values(), key=lambda failure: -len(failure.seen))


def _of_host(events: Sequence[Event], folder: Path, catalogue: Catalogue) -> Iterator[Failure]:
    unexplained = replay.host_run(events).unexplained
    if not unexplained:
        return
    tried = list(attempts.tried(events, attempts.outcome_in(folder)))
    for one in unexplained:
        seen = one.evidence
        failure = Failure(one.step, seen.command, seen.exit_code, seen.excerpt, [])
        as_tried = [t for t in tried if t.failed and _is_of(t.attempt, one)]
        # where the events have lost it, the excerpt is all there is
        if not (old_runs.causes(as_tried[-1], catalogue) if as_tried else _known(one, catalogue)):
            yield failure


def _is_of(attempt: Attempt, one: Unexplained) -> bool:
    seen = (attempt.step, attempt.outcome.command, attempt.log)
    return seen == (one.step, one.evidence.command, one.evidence.log)


def _known(one: Unexplained, catalogue: Catalogue) -> tuple[Finding, ...]:
    outcome = Outcome(one.evidence.command, one.evidence.exit_code, stdout=one.evidence.excerpt)
    attempt = Attempt(one.step, 1, "try", outcome)
    at = Situation(Facts(), Settings())
    return findings.findings(attempt, matching.matches(attempt, catalogue), {}, at)


def _shown(folder: Path) -> str:
    return os.path.relpath(folder)
