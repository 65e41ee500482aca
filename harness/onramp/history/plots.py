"""Where everything of a plot goes: columns of runs, a scale in seconds, strips of ratings. Pure.

Columns stand at equal distances, oldest left, as runs come in bursts; each is a run, or a day or
more where there are too many, but for the newest. A mark is the middle of its runs, its bar their
spread: the middle half of five or more, so that one stray run does not move it, else all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from onramp.history.compare.comparison_text import spread
from onramp.history.compare.timings import ranged
from onramp.history.trend_text import day
from onramp.history.trend_types import Group, Row
from onramp.model.rating import RATINGS
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line

MOST: Final = 32  # columns: so many fit on a page
NEWEST: Final = 8  # runs, never bundled with others
STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
TICKS: Final = 5  # at most, above zero
STRAY: Final = 3.0  # times the typical column: what is above is drawn at the edge, with its number
LEFT: Final = 112
TOP: Final = 26
HEIGHT: Final = 150
STRIP: Final = 22
LABEL_WIDTH: Final = 46
WIDTH: Final = 850  # of all columns, where that makes them neither
NARROWEST: Final = 26.0  # … nor
WIDEST: Final = 64.0
Unit = Literal["run", "day", "week", "four weeks"]
_DAYS: Final[dict[Unit, int]] = {"day": 1, "week": 7, "four weeks": 28}


class Mark(Struct, frozen=True):
    """The middle of a column's seconds and its bar, as heights; `stray`: it would lie above."""

    y: float
    low: float
    high: float
    stray: str = ""


class Cell(Struct, frozen=True):
    """One number of a strip; `shade` is "good", "fair", "poor", "bad" or "none"."""

    y: int
    text: str
    shade: str


class Column(Struct, frozen=True):
    """Runs that stand at one place, and how they are told in the table."""

    x: float
    rows: tuple[Row, ...]
    label: str
    is_labelled: bool
    engine: str  # where it is another one than in the column before
    told: tuple[str, ...]
    mark: Mark | None = None
    cells: tuple[Cell, ...] = ()


class Plot(Struct, frozen=True):
    """A whole figure, in pixels."""

    width: float
    height: float
    step: float
    unit: Unit
    older: int  # columns that are not shown
    base: int  # where the strips begin; there is no scale where nothing answered
    ticks: tuple[tuple[float, str], ...]
    strips: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]


def plot(group: Group) -> Plot:
    """First answers, who passed and the ratings of one kind of host."""
    unit, parts = bundled(group.rows)
    shown = parts[-MOST:]
    step = round(min(WIDEST, max(NARROWEST, WIDTH / len(shown))), 1)
    boxes = [box([row.first_answer_s for row in part]) for part in shown]
    scale = ticks(highest([one for one in boxes if one]))
    base = TOP + HEIGHT + 10 if scale else TOP
    names = ("Passed", *(RATINGS[name].column for name in RATINGS))
    strips = tuple((base + STRIP * place, name) for place, name in enumerate(names))
    columns = tuple(
        _column(place, shown, x=LEFT + step * (place + 0.5), step=step)
        for place in range(len(shown))
    )
    columns = tuple(
        replace(column, mark=_mark(one, scale[-1]) if one else None, cells=_cells(column, base))
        for column, one in zip(columns, boxes, strict=True)
    )
    return Plot(
        width=LEFT + step * len(shown) + 8,
        height=strips[-1][0] + STRIP + 24,
        step=step,
        unit=unit,
        older=len(parts) - len(shown),
        base=base,
        ticks=tuple((height(value, scale[-1]), _tick(value)) for value in scale),
        strips=strips,
        columns=columns,
    )


def bundled(rows: Sequence[Row]) -> tuple[Unit, list[tuple[Row, ...]]]:
    """Rows (oldest first) as columns: by run, or by the smallest stretch of time that fits.

    The newest runs stay by themselves, so that what changed lately is seen.
    """
    parts = _by(rows, [row.run for row in rows])
    if len(parts) <= MOST:
        return "run", parts
    newest = parts[-NEWEST:]
    older = [row for part in parts[:-NEWEST] for row in part]
    stretches: dict[Unit, list[tuple[Row, ...]]] = {
        unit: [*_by(older, [_stretch(row.began, days) for row in older]), *newest]
        for unit, days in _DAYS.items()
    }
    fitting = (found for found in stretches.items() if len(found[1]) <= MOST)
    return next(fitting, ("four weeks", stretches["four weeks"]))


def box(values: Sequence[float | None]) -> tuple[float, float, float] | None:
    """The middle and the ends of its bar; None where there is no value."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if len(known) < 5:
        return median(known), min(known), max(known)
    low, middle, high = quantiles(known, n=4, method="inclusive")
    return middle, low, high


def highest(boxes: Sequence[tuple[float, float, float]]) -> float:
    """The top of the scale: all of them, but for strays many times above the others."""
    bound = STRAY * median([middle for middle, _, _ in boxes] or [0.0])
    return max((min(high, bound) for _, _, high in boxes), default=0.0)


def ticks(most: float) -> list[float]:
    """Round numbers of seconds from 0 to the first that is not below `most`; none for nothing."""
    if most <= 0:
        return []
    step = next((step for step in STEPS if most / step <= TICKS), STEPS[-1])
    return [float(step * place) for place in range(-int(-most // step) + 1)]


def height(value: float, top: float) -> float:
    """Where a value stands, from above; zero is at the bottom."""
    return round(TOP + HEIGHT * (1 - min(value, top) / top), 1)


def _by(rows: Sequence[Row], keys: Sequence[str]) -> list[tuple[Row, ...]]:
    parts: dict[str, list[Row]] = {}
    for row, key in zip(rows, keys, strict=True):
        parts.setdefault(key, []).append(row)
    return [tuple(part) for part in parts.values()]


def _stretch(moment: str, days: int) -> str:
    """The first day of the stretch a moment lies in."""
    when = date.fromisoformat(day(moment))
    return str(when - timedelta(days=(when.toordinal() - 1) % days))


def _column(place: int, parts: Sequence[tuple[Row, ...]], *, x: float, step: float) -> Column:
    rows = parts[place]
    is_one_day = day(parts[0][0].began) == day(parts[-1][-1].began)
    every = -int(-LABEL_WIDTH // step)
    return Column(
        x=round(x, 1),
        rows=rows,
        label=rows[0].began[11:16] if is_one_day else rows[0].began[5:10],
        is_labelled=(len(parts) - 1 - place) % every == 0,
        engine=_new_engine(parts, place),
        told=tuple(_told(rows)),
    )


def _mark(box_: tuple[float, float, float], top: float) -> Mark:
    middle, low, high = (height(value, top) for value in box_)
    return Mark(middle, low, high, duration(box_[0]) if box_[0] > top else "")


def _cells(column: Column, base: int) -> tuple[Cell, ...]:
    of, passed = len(column.rows), sum(row.status == "passed" for row in column.rows)
    share = f"{passed}/{of}" if of < 10 else f"{100 * passed // of}%"
    some = Cell(base, share, "fair")
    first = {of: Cell(base, "all", "good"), 0: Cell(base, "none", "bad")}.get(passed, some)
    rated = [box([row.ratings.get(name) for row in column.rows]) for name in RATINGS]
    return (
        first,
        *(
            Cell(base + STRIP * place, f"{one[0]:g}", _shade(one[0]))
            if one
            else Cell(base + STRIP * place, "–", "none")
            for place, one in enumerate(rated, 1)
        ),
    )


def _tick(value: float) -> str:
    minutes, seconds = divmod(value, 60)
    parts = [f"{minutes:g} min"] * bool(minutes) + [f"{seconds:g} s"] * bool(seconds)
    return " ".join(parts) or "0 s"


def _shade(points: float) -> str:
    return next(name for least, name in _SHADES if points >= least)


_SHADES: Final = ((9, "good"), (6, "fair"), (3, "poor"), (0, "bad"))


def _new_engine(parts: Sequence[tuple[Row, ...]], place: int) -> str:
    here = [row.engine for row in parts[place] if row.engine]
    before = [row.engine for part in parts[:place] for row in part if row.engine]
    is_new = here and before and here[-1] != before[-1]
    return one_line(here[-1], 20) if is_new else ""


def _told(rows: Sequence[Row]) -> Iterator[str]:
    """The cells of a column's line in the table, behind its time."""
    yield f"{sum(row.status == 'passed' for row in rows)} of {len(rows)}"
    yield spread(ranged([row.first_answer_s for row in rows if row.first_answer_s is not None]))
    yield spread(ranged([row.total_s for row in rows]))
    for name in RATINGS:
        rated = [value for row in rows if (value := row.ratings.get(name)) is not None]
        yield f"{median(rated):g}" if rated else "-"
    yield ", ".join(dict.fromkeys(row.engine for row in rows if row.engine)) or "-"
