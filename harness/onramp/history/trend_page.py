"""A history as a page that opens from disk: one file, no script, no picture, no request. Pure.

Plots are drawn in the template from what `plots.py` works out; every one has its table beside it.
Whatever is put in passes the gates of all pages (`pages/shell.py`), so what a host said stays text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from onramp.history import trend_text
from onramp.history.compare.comparison_text import spread
from onramp.history.plots import Column, plot
from onramp.history.trend_types import Group, History
from onramp.model.rating import RATINGS
from onramp.reports.html import page_frame

Link = Callable[[str], str | None]
_MOST_PAINS: Final = 60
_TEMPLATES: Final = Path(__file__).with_name("templates")


def html(found: History, link: Link = lambda run: None) -> str:
    """The whole page; `link` says where a run's own page is, seen from this one."""
    changed = [(place, line) for place, group in enumerate(found.groups)
               for line in trend_text.lately(group)]  # fmt: skip
    template = page_frame.environment(_TEMPLATES).get_template("history.html.j2")
    style = (_TEMPLATES / "history.css").read_text("utf-8")
    return template.render(
        style=page_frame.own(style),
        policy=page_frame.policy([style], [], page_frame.Piece()),
        found=found,
        headline=trend_text.headline(found),
        steady=trend_text.steady(found),
        changed=changed,
        left_out=trend_text.left_out(found),
        ratings=[RATINGS[name].column for name in RATINGS],
        groups=[(group, plot(group)) for group in found.groups],
        pains=found.pains[:_MOST_PAINS],
        more_pains=max(0, len(found.pains) - _MOST_PAINS),
        middles=_middles,
        telling=trend_text,
        spread=spread,
        when=_when,
        link=link,
    )


def _middles(group: Group) -> list[str]:
    return [trend_text.rating(group.ratings[name]) for name in RATINGS]


def _when(column: Column) -> str:
    """`2026-11-23 13:40`, or the days it goes over."""
    first, last = column.rows[0].began, column.rows[-1].began
    if column.rows[0].run == column.rows[-1].run:
        return first[:16].replace("T", " ")
    days = dict.fromkeys((trend_text.day(first), trend_text.day(last)))
    return " to ".join(days)
