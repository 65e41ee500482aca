"""The page of a run of more hosts than one reads a line each of: groups, and rows made on demand.

What the table shows is in the page once, as data; its script makes the rows one scrolls to. Without
JavaScript the table holds those that need a person, and index.md the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from onramp.model.pain import Catalogue
from onramp.model.run import RunReport
from onramp.reports.host_groups import (
    TROUBLED,
    Stopped,
    SystemHosts,
    by_pain_point,
    by_system,
    what_stopped,
)
from onramp.reports.html.filters import kind, mark
from onramp.reports.html.page_frame import Piece, asset, hash_source, rendered
from onramp.reports.html.run_page import Met, Pain, Row, opening, pains_of, rows_of
from onramp.text.file_names import file_name
from onramp.text.humanize import in_words
from onramp.text.sanitize import one_line

STATIC_ROWS: Final = 200  # made ahead, for who has no JavaScript
GROUPS: Final = 200  # of a kind that are listed, whatever hosts say
HEAT_SYSTEMS: Final = 30
HEAT_PAINS: Final = 20
_TAGS: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The whole page."""
    pains = pains_of(report, catalogue)
    rows = rows_of(report, pains, catalogue)
    given = opening(report, rows, pains)
    systems = by_system(row.run for row in rows)
    style = asset("fleet.css")
    data = data_script(rows, pains, given["steps"], given["troubles"])
    return rendered(
        "fleet.html.j2",
        scripts=["filters.js", "fleet.js"],
        piece=Piece([data], style, style_src=(hash_source(style),)),
        systems=systems,
        heat=list(_heat(systems[:HEAT_SYSTEMS], pains[:HEAT_PAINS])),
        met={one.id: one for one in by_pain_point(row.run for row in rows)},
        static_rows=rows[:STATIC_ROWS],
        groups_shown=GROUPS,
        heat_systems=HEAT_SYSTEMS,
        heat_pains=HEAT_PAINS,
        **given,
    )


class Heat(Struct, frozen=True):
    """How many hosts of a system met a pain point: `level` is 1 to 5, 0 for none."""

    pain: Pain
    hosts: int
    percent: int
    level: int


def _heat(
    systems: Sequence[SystemHosts], pains: Sequence[Pain]
) -> Iterator[tuple[SystemHosts, list[Heat]]]:
    for system in systems:
        yield system, [_share(system, pain) for pain in pains]


def _share(system: SystemHosts, pain: Pain) -> Heat:
    hosts = system.pains[pain.id]
    share = hosts / system.hosts
    level = min(5, int(share * 5) + 1) if hosts else 0
    return Heat(pain, hosts, max(1, round(share * 100)) if hosts else 0, level)


# --- the rows as data -------------------------------------------------------------------------


def data_script(
    rows: Sequence[Row], pains: Sequence[Pain], steps: Sequence[str], troubles: Sequence[Stopped]
) -> str:
    """Every row as JSON in an element that nothing runs; no text in it can end the element."""
    spelled = json.dumps(
        _data(rows, pains, steps, troubles), ensure_ascii=False, separators=(",", ":")
    )
    return f'<script type="application/json" id="hosts-data">{spelled.translate(_TAGS)}</script>'


def _data(
    rows: Sequence[Row], pains: Sequence[Pain], steps: Sequence[str], troubles: Sequence[Stopped]
) -> dict[str, Any]:
    """What all rows say is said once and numbered; see fleet.js for what a row's places are."""
    words = _Numbered()
    badges, systems, outcomes = _Numbered(), _Numbered(), _Numbered()
    causes = {(one.status, one.cause): number for number, one in enumerate(troubles)}
    told = [
        [
            one_line(row.run.name, 60),
            "" if file_name(row.run.name) == row.run.name else file_name(row.run.name),
            badges.number((row.run.status, kind(row.run.status), one_line(row.standing, 60))),
            systems.number(row.os),
            round(row.run.total_s, 1),
            [number or 0 for number in row.ratings],
            _steps(row, steps, words),
            [cell for pain, met in row.met.items() for cell in _met(pain, met, outcomes)],
            _cause(row, causes),
        ]
        for row in rows
    ]
    return {
        "badges": [[*badge, mark(badge[0])] for badge in badges.all],
        "systems": systems.all,
        "outcomes": [[one, mark(one), in_words(one)] for one in outcomes.all],
        "states": [[one, mark(one), in_words(one)] for one in words.all],
        "pains": [[one_line(pain.id, 80), kind(pain.severity)] for pain in pains],
        "causes": [one_line(one.cause, 200) for one in troubles],
        "steps": [one_line(step, 40) for step in steps],
        "rows": told,
    }


class _Numbered:
    """Values in the order they first came, each once."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        return self._places.setdefault(value, len(self._places))

    @property
    def all(self) -> list[Any]:
        return list(self._places)


def _steps(row: Row, steps: Sequence[str], states: _Numbered) -> list[float]:
    """State and seconds of each step, one after the other; nothing of a host never reached."""
    if row.was_not_reached:
        return []
    cells: list[float] = []
    for step in steps:
        status, seconds = row.steps.get(step, ("", 0.0))
        cells += [states.number(status) if status else -1, _short(seconds)]
    return cells


def _met(pain: int, met: Met, outcomes: _Numbered) -> tuple[float, ...]:
    return pain, outcomes.number(met.outcome), _short(met.seconds)


def _short(seconds: float) -> float:
    """As many digits as a cell shows."""
    return round(seconds, 1) if 0.05 <= seconds < 10 else round(seconds)


def _cause(row: Row, causes: Mapping[tuple[Any, str], int]) -> int:
    if row.run.status not in TROUBLED:
        return -1
    return causes[row.run.status, what_stopped(row.run)]
