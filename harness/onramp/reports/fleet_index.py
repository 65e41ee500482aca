"""index.md of a run of more hosts than one reads a line each of: groups, those that did not come
through, and the names of all others. It stays within a megabyte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from onramp.model.pain import Catalogue
from onramp.model.run import HostRun, Report, RunReport
from onramp.reports import ways_compared
from onramp.reports.group_tables import STOPPED_HEAD, SYSTEM_HEAD, stopped_rows, system_rows
from onramp.reports.host_groups import (
    TROUBLED,
    PainHosts,
    by_cause,
    by_pain_point,
    by_system,
    system,
)
from onramp.text.fitting import fitting
from onramp.text.humanize import duration
from onramp.text.markdown import bullets, code, prose, table, text

GROUPS: Final = 50
NOTES: Final = 20
TABLE_BYTES: Final = 350_000
NAMES_BYTES: Final = 450_000
PAIN_HEAD: Final = ("Pain point", "Severity", "Hosts", "Came through", "Did not", "Median time")


def sections(
    report: RunReport,
    catalogue: Catalogue,
    *,
    head: Sequence[str],
    row: Callable[[Report], Sequence[str]],
    name: Callable[[HostRun], str],
) -> Iterator[str]:
    """All below the opening; `row` makes a host's cells below `head`, `name` a link to it."""
    runs = [one.run for one in report.reports]
    yield from _groups(runs, catalogue, name)
    yield from ways_compared.as_markdown(report)
    troubled = [one for one in reversed(report.reports) if one.run.status in TROUBLED]
    if troubled:
        yield "## Hosts that did not come through"
        rows = fitting(map(row, troubled), TABLE_BYTES, " | ".join)
        yield table(head, rows)
        yield from _left_out(len(troubled) - len(rows))
    yield "## All others"
    yield from _names([run for run in runs if run.status not in TROUBLED], name)
    if report.notes:
        yield "## Notes"
        yield bullets(map(text, report.notes[:NOTES]))
        yield from _left_out(len(report.notes) - NOTES, "run.json")


def _groups(
    runs: Sequence[HostRun], catalogue: Catalogue, name: Callable[[HostRun], str]
) -> Iterator[str]:
    if stopped := by_cause(runs):
        yield "## What stopped hosts"
        yield table(STOPPED_HEAD, stopped_rows(stopped[:GROUPS], name))
        yield from _left_out(len(stopped) - GROUPS)
    systems = by_system(runs)
    yield "## Systems"
    yield table(SYSTEM_HEAD, system_rows(systems[:GROUPS]))
    yield from _left_out(len(systems) - GROUPS)
    if met := sorted(by_pain_point(runs), key=lambda one: (-one.statuses.total(), one.id)):
        yield "## Pain points"
        yield table(PAIN_HEAD, (_pain_row(one, catalogue) for one in met[:GROUPS]))
        yield from _left_out(len(met) - GROUPS)


def _pain_row(met: PainHosts, catalogue: Catalogue) -> list[str]:
    pain = catalogue.get(met.id)
    title = f"{prose(pain.title)} ({code(met.id)})" if pain else code(met.id)
    hosts, stopped = met.statuses.total(), met.stopped
    counts = [str(hosts), str(hosts - stopped), str(stopped)]
    return [title, pain.severity if pain else "-", *counts, duration(met.median_s)]


def _names(runs: Iterable[HostRun], name: Callable[[HostRun], str]) -> Iterator[str]:
    """Links to them, a paragraph a system."""
    grouped: dict[str, list[HostRun]] = {}
    for run in runs:
        grouped.setdefault(system(run.facts), []).append(run)
    room = NAMES_BYTES
    for told, some in sorted(grouped.items()):
        shown = fitting(map(name, some), room, str)
        room -= sum(len(one.encode("utf-8", "replace")) + 8 for one in shown)
        more = len(some) - len(shown)
        left = f" and {more} more, which are in `index.html`" if more else ""
        yield f"**{text(told)}** ({len(some)}): {', '.join(shown)}{left}"


def _left_out(count: int, where: str = "index.html") -> Iterator[str]:
    if count > 0:
        yield f"{count} more are in `{where}`."
