"""How often pain points are met, out of the runs that came where they are met. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from msgspec.structs import asdict

from onramp.history.compare import pain_changes
from onramp.history.compare.comparison_types import Presence, Seen
from onramp.history.trend_types import Group, Pain, PainOfAll, Row
from onramp.model.pain import Catalogue

TOLD: Final[tuple[Presence, ...]] = ("new", "worse", "gone")  # as a change; the rest is noise
# Of one that several kinds of hosts meet, the first of these is told that holds for any of them.
_WORST_FIRST: Final[tuple[Presence, ...]] = (
    "new", "worse", "changed", "now-and-then", "same", "gone", "unreached",
)  # fmt: skip
P = TypeVar("P", bound=Pain)
Window = tuple[Sequence[Row], Sequence[Row]]


def of_group(
    rows: Sequence[Row], catalogue: Catalogue, windows: Sequence[Window]
) -> tuple[Pain, ...]:
    """Of hosts of one kind, oldest first; `windows`: what may be earlier and what the newest."""
    met = dict.fromkeys(pain for row in rows for pain in row.walk.met)
    return _ordered(_pain(pain, rows, windows, catalogue) for pain in met)


def overall(groups: Sequence[Group], catalogue: Catalogue) -> tuple[PainOfAll, ...]:
    """Over all kinds of hosts; what holds for one kind of them is told with their names."""
    rows = sorted((row for group in groups for row in group.rows), key=lambda row: row.began)
    found = []
    for pain in dict.fromkeys(one.id for group in groups for one in group.pains):
        within = {group.label: one for group in groups for one in group.pains if one.id == pain}
        changes: set[Presence] = {one.change for one in within.values()}
        change: Presence = next(one for one in _WORST_FIRST if one in changes)
        told = _told(pain, rows, change, catalogue)
        found.append(PainOfAll(**asdict(told), groups=tuple(within)))
    return _ordered(found)


def _pain(
    pain: str,
    rows: Sequence[Row],
    windows: Sequence[Window],
    catalogue: Catalogue,
) -> Pain:
    where = _where(pain, rows)
    changes = [
        pain_changes.presence(*(_seen(pain, side, where) for side in window)) for window in windows
    ]
    decided = [change for change in changes if change in TOLD]
    change: Presence = next(iter([*decided, *changes]), "unreached")
    return _told(pain, rows, change, catalogue)


def _told(pain: str, rows: Sequence[Row], change: Presence, catalogue: Catalogue) -> Pain:
    title, severity = pain_changes.titled(pain, catalogue)
    met = [row.began for row in rows if pain in row.walk.met]
    seen = _seen(pain, rows, _where(pain, rows))
    return Pain(
        id=pain,
        title=title,
        severity=severity,
        runs=seen.runs,
        of=seen.of,
        share=round(seen.runs / seen.of, 3) if seen.of else None,
        outcome=seen.outcome,
        steps=seen.steps,
        foreseen=seen.foreseen,
        first_seen=met[0],
        last_seen=met[-1],
        change=change,
    )


def _where(pain: str, rows: Sequence[Row]) -> set[str]:
    return {one.step for row in rows for one in row.walk.met.get(pain, ())}


def _seen(pain: str, rows: Sequence[Row], where: set[str]) -> Seen:
    return pain_changes.seen(pain, [row.walk for row in rows], where)


def _ordered(found: Iterable[P]) -> tuple[P, ...]:
    """The most frequent first."""
    return tuple(sorted(found, key=lambda one: (-pain_changes.share(one.runs, one.of), one.id)))
