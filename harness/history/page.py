"""A history as a page that opens from disk: one file, no script, no picture, no request. Pure.

Plots are drawn in the template from what `plots.py` works out; every one has its table beside it.
Jinja escapes whatever is put in, so what a host said stays text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from harness.compare.telling import spread
from harness.history import telling
from harness.history.nouns import RATINGS, Group, History
from harness.history.plots import Column, plot
from harness.plain import one_line
from harness.rating import SHORT_TITLES

if TYPE_CHECKING:
    from jinja2 import Template

Link = Callable[[str], str | None]
_MOST_PAINS: Final = 60


def html(found: History, link: Link = lambda run: None) -> str:
    """The whole page; `link` says where a run's own page is, seen from this one."""
    changed = [(place, line) for place, group in enumerate(found.groups)
               for line in telling.lately(group)]  # fmt: skip
    return _template().render(
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


def _marked(sentence: str) -> Markup:
    """A sentence of ours, in which pairs of backticks mark code."""
    parts = one_line(sentence, 2000).split("`")
    if len(parts) % 2 == 0:
        return escape(sentence)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("harness.history", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = _marked
    return environment.get_template("history.html.j2")
