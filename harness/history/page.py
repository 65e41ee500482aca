"""A history as a page that opens from disk: one file, no script, no picture, no request. Pure.

Plots are drawn in the template from what `plots.py` works out; every one has its table beside it.
Whatever is put in passes the gates of all pages (`pages/shell.py`), so what a host said stays text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from harness.compare.telling import spread
from harness.history import telling
from harness.history.nouns import RATINGS, Group, History
from harness.history.plots import Column, plot
from harness.pages import shell
from harness.rating import SHORT_TITLES

Link = Callable[[str], str | None]
_MOST_PAINS: Final = 60
_TEMPLATES: Final = Path(__file__).with_name("templates")


def html(found: History, link: Link = lambda run: None) -> str:
    """The whole page; `link` says where a run's own page is, seen from this one."""
    changed = [(place, line) for place, group in enumerate(found.groups)
               for line in telling.lately(group)]  # fmt: skip
    template = shell.environment(_TEMPLATES).get_template("history.html.j2")
    style = (_TEMPLATES / "history.css").read_text("utf-8")
    return template.render(
        style=shell.own(style),
        policy=shell.policy([style], [], shell.Piece()),
        found=found,
        headline=telling.headline(found),
        steady=telling.steady(found),
        changed=changed,
        left_out=telling.left_out(found),
        ratings=[SHORT_TITLES[name] for name in RATINGS],
        groups=[(group, plot(group)) for group in found.groups],
        pains=found.pains[:_MOST_PAINS],
        more_pains=max(0, len(found.pains) - _MOST_PAINS),
        middles=_middles,
        telling=telling,
        spread=spread,
        when=_when,
        link=link,
    )


def _middles(group: Group) -> list[str]:
    return [telling.rating(group.ratings[name]) for name in RATINGS]


def _when(column: Column) -> str:
    """`2026-11-23 13:40`, or the days it goes over."""
    first, last = column.rows[0].began, column.rows[-1].began
    if column.rows[0].run == column.rows[-1].run:
        return first[:16].replace("T", " ")
    days = dict.fromkeys((telling.day(first), telling.day(last)))
    return " to ".join(days)
