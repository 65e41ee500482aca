"""Failures that no pain point accounts for, collected over all runs: the catalogue's to-do list."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from onramp.diagnosis import findings as diagnose
from onramp.evidence import find_runs, replay
from onramp.evidence.run_dir import read_events
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt

_VARYING = re.compile(r"[0-9a-f]{12,}|\d+(?:\.\d+)*|/tmp/\S+")


@dataclass(slots=True)
class Failure:
    """One kind of failure; `seen` holds the host folders where it was met, oldest first."""

    step: str
    command: str
    exit_code: int | None
    excerpt: str
    seen: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def collect(runs_dir: Path, pains: Catalogue) -> list[Failure]:
    """The most frequent first. What today's catalogue recognises is left out."""
    found: dict[tuple[str, str], Failure] = {}
    for run in find_runs.all_runs(runs_dir):
        for folder in find_runs.host_folders(run):
            for failure in _of_host(read_events(folder / "events.jsonl"), pains):
                key = (failure.step, _VARYING.sub("#", failure.excerpt))
                found.setdefault(key, failure).seen.append(_shown(folder))
    return sorted(found.values(), key=lambda failure: -len(failure.seen))


def _of_host(events: Sequence[Mapping[str, Any]], pains: Catalogue) -> Iterator[Failure]:
    run = replay.host_run(events)
    for one in run.unexplained:
        evidence = one.evidence
        outcome = Outcome(evidence.command, evidence.exit_code, stdout=evidence.excerpt)
        attempt = Attempt(one.step, 1, "try", outcome)
        at = Situation(run.facts or Facts(), Settings())
        if not diagnose.findings(attempt, diagnose.matches(attempt, pains), {}, at):
            yield Failure(one.step, evidence.command, evidence.exit_code, evidence.excerpt)


def _shown(folder: Path) -> str:
    return os.path.relpath(folder)
