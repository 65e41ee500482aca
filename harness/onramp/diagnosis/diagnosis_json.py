"""A recognised cause for programs: what `diagnose --json` lists."""

from __future__ import annotations

from msgspec import Struct

from onramp.diagnosis.what_to_ask import Advice
from onramp.model.pain import Finding, Kind, PainPoint, Severity
from onramp.model.quantities import Share


class Cure(Struct):
    """What cures a pain point; null where nothing is known to."""

    kind: Kind | None
    summary: str | None
    commands: list[str]


class Diagnosis(Struct):
    """A cause that was recognised; `host` and `step` are null where a text was read."""

    id: str
    title: str
    severity: Severity
    confidence: Share
    because: list[str]
    cause: str
    remedy: Cure
    consequences: list[str]
    rivals: list[str]
    check: str | None
    host: str | None
    step: str | None
    excerpt: str


class Answer(Struct):
    """With --advice: the causes, and what would tell more where a text has none that is known."""

    causes: list[Diagnosis]
    advice: Advice | None


def diagnosis(finding: Finding, pain: PainPoint, host: str) -> Diagnosis:
    """`host` is empty where a text was read."""
    remedy = pain.remedy
    return Diagnosis(
        id=pain.id,
        title=pain.title,
        severity=pain.severity,
        confidence=finding.confidence,
        because=list(finding.because),
        cause=pain.cause,
        remedy=Cure(remedy.kind, remedy.summary, list(remedy.commands))
        if remedy
        else Cure(None, None, []),
        consequences=list(finding.consequences),
        rivals=list(finding.rivals),
        check=pain.probe.shown if pain.probe else None,
        host=host or None,
        step=finding.step or None,
        excerpt=finding.evidence.excerpt,
    )
