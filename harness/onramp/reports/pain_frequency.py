"""Pain points over all hosts of a run: who met each, the most frequent first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from onramp.model.pain import SEVERITIES, Catalogue, Finding, Severity
from onramp.model.run import HostRun


class MetPain(Struct, frozen=True):
    """A pain point, and what each host that met it found; `severity` is None for an unknown one."""

    id: str
    severity: Severity | None
    hosts: Sequence[tuple[str, Sequence[Finding]]]


def pains_met(runs: Iterable[HostRun], catalogue: Catalogue) -> list[MetPain]:
    """The most frequent first; of equally frequent ones the heavier, those not known last."""
    hosts: dict[str, list[tuple[str, Sequence[Finding]]]] = {}
    for run in runs:
        for id, findings in by_pain(run.findings).items():
            hosts.setdefault(id, []).append((run.name, findings))
    found = [
        MetPain(id, catalogue[id].severity if id in catalogue else None, met)
        for id, met in hosts.items()
    ]
    return sorted(found, key=_place)


def by_pain(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """One host's findings, those of the same pain point together."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.pain, []).append(finding)
    return grouped


def _place(one: MetPain) -> tuple[int, int, str]:
    weight = SEVERITIES.index(one.severity) if one.severity else len(SEVERITIES)
    return -len(one.hosts), weight, one.id
