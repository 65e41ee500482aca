"""Hosts of a run taken together: by what stopped them, by their system. Pure.

Of thousands nobody reads a line each; what a reader acts on is a cause and how many it stopped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Final

from msgspec import Struct

from onramp.model.facts import Facts
from onramp.model.run import HostRun, HostStatus
from onramp.reports.conclusions import cause
from onramp.reports.pain_frequency import by_pain
from onramp.text.sanitize import one_line

LONG: Final = 254  # characters: no host has such a name (RFC 1035), whatever it says
FEW: Final = 100  # hosts of which each is shown on its own line, whatever became of it
UNKNOWN_SYSTEM: Final = "unknown"
TROUBLED: Final[tuple[HostStatus, ...]] = ("unreachable", "failed", "interrupted")


class Stopped(Struct, frozen=True):
    """Hosts that ended alike, for the same reason."""

    status: HostStatus
    cause: str
    hosts: Sequence[HostRun]


class StepAcross(Struct, frozen=True):
    """A step over the hosts of a system: how many went it, how many failed, the median time."""

    hosts: int
    failed: int
    median_s: float


class SystemHosts(Struct, frozen=True):
    """The hosts of one system."""

    name: str
    hosts: int
    statuses: Counter[HostStatus]
    median_s: float
    steps: Mapping[str, StepAcross]
    pains: Counter[str]  # pain point -> hosts that met it

    @property
    def stopped(self) -> int:
        return stopped(self.statuses)


class PainHosts(Struct, frozen=True):
    """The hosts that met a pain point: what became of them, and how long they took."""

    id: str
    statuses: Counter[HostStatus]
    median_s: float

    @property
    def stopped(self) -> int:
        return stopped(self.statuses)


def by_cause(runs: Iterable[HostRun]) -> list[Stopped]:
    """Those that did not come through: unreachable ones, then the most."""
    grouped: dict[tuple[HostStatus, str], list[HostRun]] = {}
    for run in runs:
        if run.status in TROUBLED:
            grouped.setdefault((run.status, what_stopped(run)), []).append(run)
    found = [Stopped(status, why, some) for (status, why), some in grouped.items()]
    return sorted(found, key=lambda one: (TROUBLED.index(one.status), -len(one.hosts)))


def stopped(statuses: Counter[HostStatus]) -> int:
    """How many of these did not come through."""
    return sum(statuses[status] for status in TROUBLED)


def what_stopped(run: HostRun) -> str:
    """Where and by what, in words that are the same for all whom it happened to."""
    failed = next((step.id for step in run.steps if step.status == "failed"), "")
    where = f"at {one_line(failed, 40)}: " if failed not in ("", "connect") else ""
    own = "|".join(re.escape(word) for word in (run.name, run.address) if 2 < len(word) < LONG)
    why = cause(run)
    return where + (re.sub(rf"(?<![\w.-])(?:{own})(?![\w-])", "the host", why) if own else why)


def by_system(runs: Iterable[HostRun]) -> list[SystemHosts]:
    """Every system, the most frequent first; those that nobody could look at last."""
    grouped: dict[str, list[HostRun]] = {}
    for run in runs:
        grouped.setdefault(system(run.facts), []).append(run)
    order = sorted(grouped, key=lambda name: (name == UNKNOWN_SYSTEM, -len(grouped[name]), name))
    return [_together(name, grouped[name]) for name in order]


def by_pain_point(runs: Iterable[HostRun]) -> list[PainHosts]:
    """Every pain point that was met, in the order of its first host."""
    met: dict[str, list[HostRun]] = {}
    for run in runs:
        for pain in by_pain(run.findings):
            met.setdefault(pain, []).append(run)
    return [
        PainHosts(pain, Counter(run.status for run in some), median(run.total_s for run in some))
        for pain, some in met.items()
    ]


def _together(name: str, runs: Sequence[HostRun]) -> SystemHosts:
    steps: dict[str, list[tuple[str, float]]] = {}
    for run in runs:
        for step in run.steps:
            if step.status in ("changed", "satisfied", "failed"):
                steps.setdefault(step.id, []).append((step.status, step.seconds))
    return SystemHosts(
        name=name,
        hosts=len(runs),
        statuses=Counter(run.status for run in runs),
        median_s=median(run.total_s for run in runs),
        steps={id: _across(gone) for id, gone in steps.items()},
        pains=Counter(pain for run in runs for pain in by_pain(run.findings)),
    )


def _across(gone: Sequence[tuple[str, float]]) -> StepAcross:
    failed = sum(status == "failed" for status, _ in gone)
    return StepAcross(len(gone), failed, median(seconds for _, seconds in gone))


def system(facts: Facts | None) -> str:
    """An operating system in two words: `debian 12`; `unknown` where nobody could look."""
    if facts is None or not facts.os_id:
        return UNKNOWN_SYSTEM
    version = facts.os_version or facts.os_codename or ""
    return one_line(f"{facts.os_id} {version}", 40).strip()
