"""An old run, diagnosed again with today's catalogue, from what the run itself saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from onramp.config.parse_settings import overlaid
from onramp.diagnosis import findings, matching
from onramp.diagnosis.findings import Broken
from onramp.diagnosis.matching import PainPointFault
from onramp.errors import UsageError
from onramp.evidence import attempts, event_lines
from onramp.evidence.attempts import Event, Tried
from onramp.journey import platforms
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Finding, Situation
from onramp.model.settings import Settings


def findings_of(
    events: Sequence[Event], folder: Path, catalogue: Catalogue, broken: Broken
) -> Iterator[Finding]:
    """What was foreseen on a host, then for each failure its leading cause, and all warnings.

    `folder`: the host's, where its logs are; `broken` is told of pain points whose code breaks.
    """
    pains = dict(catalogue)

    def left_out(fault: PainPointFault) -> None:
        broken(fault)
        del pains[fault.pain]

    surveyed = next((event for event in events if event.get("event") == "facts"), None)
    if surveyed:
        named = next((event for event in events if event.get("event") == "host"), {})
        at = _situation(surveyed, named.get("settings") or {})
        yield from findings.ask(lambda: findings.foreseen(at, pains), left_out)
    for tried in attempts.tried(events, attempts.outcome_in(folder)):
        if tried.failed:
            yield from findings.ask(partial(causes, tried, pains), left_out)[:1]
        if tried.attempt.role != "survey":
            yield from findings.remarks(tried.attempt, pains)


def causes(tried: Tried, catalogue: Catalogue) -> tuple[Finding, ...]:
    """What a failure of a run shows, the leading cause first."""
    matches = matching.matches(tried.attempt, catalogue)
    at = _situation(tried.facts, tried.settings)
    return findings.findings(tried.attempt, matches, tried.probes, at)


def _situation(facts: Event, settings: Event) -> Situation:
    seen = event_lines.facts(facts) if facts else Facts()
    try:
        given = overlaid(Settings(), settings)
    except UsageError:  # of a release that knew other settings
        given = Settings()
    return Situation(seen, given, platforms.resolve(seen))
