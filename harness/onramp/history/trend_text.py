"""A history for people: as text for a terminal, as Markdown for a page. Pure.

The sentences are the page's too (`page.py`), so that all three say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from onramp.history.compare.comparison_text import spread
from onramp.history.compare.comparison_types import Presence
from onramp.history.frequency import TOLD
from onramp.history.trend_types import Group, History, Measured, Pain
from onramp.history.trends import EVERY_TASK
from onramp.model.rating import RATINGS, legend
from onramp.text import tables
from onramp.text.humanize import code, counted, duration, listed
from onramp.text.tables import Block

CHANGES: Final[Mapping[Presence, str]] = {
    "new": "new",
    "worse": "got worse",
    "changed": "ends differently",
    "gone": "gone",
    "now-and-then": "now and then",
    "same": "as before",
    "unreached": "",
}
_LOUD: Final = ("new", "worse")
_SYSTEMS: Final = 3  # named where a pain point is new
_MIDDLES: Final = "What is measured is told as the middle of all runs (the least to the most)."
_HEAD: Final = ("Host", "Stack", "Engine from", "Runs", "Passed", "First answer", "Ratings")
_PAINS: Final = ("Pain point", "Severity", "Met", "First", "Last", "Lately")


def text(found: History) -> str:
    """For a terminal: tables as columns."""
    return tables.text(_blocks(found))


def markdown(found: History) -> str:
    """For a page or a CI job's summary."""
    return tables.markdown(_blocks(found))


def headline(found: History) -> str:
    """`Twelve runs of five kinds of hosts, 2026-11-02 to 2026-11-23`, as a sentence."""
    task = "" if found.task == EVERY_TASK else f" of {code(found.task, 40)}"
    if not found.rows:
        return f"No run{task} to tell of."
    days = dict.fromkeys(day(when) for when in (found.rows[0].began, found.rows[-1].began))
    runs = len({row.run for row in found.rows})
    kinds = counted(len(found.groups), "kind")
    said = f"{counted(runs, 'run')}{task} on {kinds} of hosts, {' to '.join(days)}."
    gone = len({row.run for row in found.rows if row.gone})
    if gone:
        verb = "is" if gone == 1 else "are"
        said += f" {counted(gone, 'run').capitalize()} of these {verb} no longer on disk."
    return said[:1].upper() + said[1:]


def left_out(found: History) -> str:
    """What is no part of it, and why; empty where nothing was left out."""
    hosts = listed(f"{count} {why}" for why, count in sorted(found.left_out.items()))
    return f"Left out, in hosts: {hosts}." if found.left_out else ""


def lately(group: Group) -> list[str]:
    """What changed in the newest runs of a kind of hosts; nothing is said of noise."""
    said = [
        *_passing(group),
        *_seconds("first answer", group.first_answer),
        *_seconds("whole run", group.total),
        *(line for name in RATINGS for line in _points(RATINGS[name].column, group.ratings[name])),
    ]
    said += [f"{code(one.id)} {CHANGES[one.change]}" for one in group.pains if _is_told(one)]
    return said


def passed(group: Group) -> str:
    """`11 of 12`."""
    return f"{group.passed} of {len(group.rows)}"


def rating(measure: Measured) -> str:
    """The middle of a rating; a dash where nothing was rated."""
    return "-" if measure.median is None else f"{measure.median:g}"


def met(one: Pain) -> str:
    """`9 of 12, 75%`."""
    share = f", {100 * one.runs / one.of:.0f}%" if one.of else ""
    return f"{one.runs} of {one.of}{share}"


def change(one: Pain, found: History) -> str:
    """`new on debian-13`: what became of it lately, and where, if it is for the worse."""
    if one.change not in _LOUD:
        return CHANGES[one.change]
    systems = dict.fromkeys(
        group.system
        for group in found.groups
        for this in group.pains
        if (this.id, this.change) == (one.id, one.change)
    )
    named = [code(system, 40) for system in systems][:_SYSTEMS]
    more = len(systems) - len(named)
    return f"{CHANGES[one.change]} on {listed([*named, *([f'{more} more'] if more else [])])}"


def steady(found: History) -> str:
    """What is said where nothing changed: nothing of a kind that has only one run."""
    several = any(len({row.run for row in group.rows}) > 1 for group in found.groups)
    if not several:
        return "One run of each kind of host: nothing to compare with yet."
    return "Nothing changed lately that is more than noise."


def day(moment: str) -> str:
    """`2026-11-23`, of a moment in UTC."""
    return moment[:10]


def _blocks(found: History) -> Iterator[Block]:
    changed = [[code(group.label), line] for group in found.groups for line in lately(group)]
    quiet = steady(found) if found.groups and not changed else ""
    yield Block("History", 1, f"{headline(found)} {quiet}".rstrip())
    if changed:
        yield Block("Changed lately", head=["Host", "What"], rows=changed)
    if found.groups:
        yield Block(head=_HEAD, rows=[_group(group) for group in found.groups])
        yield Block(sentence=f"{legend()} {_MIDDLES}")
    if found.pains:
        yield Block("Pain points", head=_PAINS, rows=[_pain(one, found) for one in found.pains])
    if found.left_out:
        yield Block(sentence=left_out(found))


def _group(group: Group) -> list[str]:
    return [
        code(group.system, 40),
        code(group.stack, 30) if group.stack else "-",
        group.method or "-",
        str(len(group.rows)),
        passed(group),
        spread(group.first_answer),
        "/".join(rating(group.ratings[name]) for name in RATINGS),
    ]


def _pain(one: Pain, found: History) -> list[str]:
    said = change(one, found)
    return [
        code(one.id, 60),
        one.severity,
        met(one),
        day(one.first_seen),
        day(one.last_seen),
        f"**{said}**" if one.change in _LOUD else said,
    ]


def _is_told(one: Pain) -> bool:
    return one.change in TOLD and one.severity != "notice"


def _passing(group: Group) -> Iterator[str]:
    said = {"fell": "passes less often", "rose": "passes more often"}.get(group.passing.verdict)
    if said:
        now, then = (
            f"{round((side.median or 0) * side.runs)} of {side.runs}"
            for side in (group.passing.newest, group.passing.before)
        )
        yield f"{said}: {now}, before {then}"


def _seconds(what: str, measure: Measured) -> Iterator[str]:
    trend = measure.trend
    if trend.verdict in ("slower", "faster"):
        now, then = (duration(side.median or 0) for side in (trend.newest, trend.before))
        yield f"{what} {trend.verdict}: {now}, before {then}"


def _points(what: str, measure: Measured) -> Iterator[str]:
    trend = measure.trend
    if trend.verdict in ("fell", "rose"):
        now, then = trend.newest.median or 0, trend.before.median or 0
        yield f"{what.lower()} {trend.verdict}: {now:g}, before {then:g}"
