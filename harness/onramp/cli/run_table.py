"""The table of all hosts that a person sees when a run is over, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from onramp.model.rating import legend
from onramp.model.run import HostRun, HostStatus, Report, RunReport
from onramp.reports.build import ORDER, headline, in_a_word
from onramp.reports.host_groups import Stopped, SystemHosts, by_cause, by_system
from onramp.text.file_names import file_name
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line

_COLOURS: Final[Mapping[str, str]] = {
    "passed": "32",
    "failed": "31",
    "unreachable": "31",
    "interrupted": "33",
    "planned": "36",
}
_STOPPED_HEAD: Final = ("HOSTS", "ENDED", "WHAT STOPPED THEM", "AMONG THEM")
FEW: Final = 60  # hosts of which each has its line
GROUPS: Final = 15
NAMED: Final = 3
NOTES: Final = 10
_HEAD: Final = (
    "HOST", "STATUS", "CHANGED", "ENGINE/COMPOSE", "PAIN POINTS", "RATINGS", "TOOK", "REPORT",
)  # fmt: skip


def summary(report: RunReport, run_dir: Path, *, colour: bool = False, every: bool = False) -> str:
    """The table of all hosts, failures last, and what happened to those that did not pass.

    Of more hosts than a screen has lines, groups: `every` asks for each on its own line.
    """
    run_dir = _relative(run_dir)
    page = _shown(run_dir / "index.html")
    many = len(report.reports) > FEW and not every
    blocks = list(_groups(report)) if many else _hosts(report, run_dir, colour=colour)
    rated = any(
        rating.measured is not None for entry in report.reports for rating in entry.ratings.values()
    )
    told = report.notes[:NOTES] if many else report.notes
    more = len(report.notes) - len(told)
    notes = [
        *([legend()] if rated and not many else []),
        *(one_line(note, 300) for note in told),
        *([f"{more} more notes: {_shown(run_dir / 'run.json')}"] if more else []),
    ]
    blocks += [notes, [*([_sentence(report)] if many else []), f"All of it: {page}"]]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _sentence(report: RunReport) -> str:
    from onramp.reports.formats.report_md import sentence  # of few hosts, all is made elsewhere

    return sentence(report)


def _hosts(report: RunReport, run_dir: Path, *, colour: bool) -> list[list[str]]:
    rows = [_row(entry, run_dir) for entry in report.reports]
    head, *lines = _columns(_HEAD, rows)
    if colour:
        both = zip(lines, rows, report.reports, strict=True)
        lines = [_coloured(line, row[1], entry.run) for line, row, entry in both]
    trouble = [headline(entry.run) for entry in report.reports if entry.run.status != "passed"]
    return [[head, *lines], trouble]


def _groups(report: RunReport) -> Iterator[list[str]]:
    """Each system with what became of its hosts, then what stopped hosts: the most told last."""
    runs = [entry.run for entry in report.reports]
    systems = by_system(runs)
    ended = [status for status in ORDER if any(one.statuses[status] for one in systems)]
    head = ("SYSTEM", "HOSTS", *map(str.upper, reversed(ended)), "MEDIAN", "MOST FREQUENT")
    yield _columns(head, [_system_row(one, ended) for one in systems[:GROUPS]])
    stopped = by_cause(runs)
    names = [_stopped_row(one) for one in reversed(stopped[:GROUPS])]
    yield _columns(_STOPPED_HEAD, names) if names else []
    out = [(len(systems) - GROUPS, "systems"), (len(stopped) - GROUPS, "reasons to stop")]
    yield [f"{count} more {what} are in the report" for count, what in out if count > 0]


def _system_row(one: SystemHosts, ended: Sequence[HostStatus]) -> tuple[str, ...]:
    counts = (str(one.statuses[status] or "-") for status in reversed(ended))
    most = [f"{one_line(pain, 60)} on {count}" for pain, count in one.pains.most_common(1)]
    return (one.name, str(one.hosts), *counts, duration(one.median_s), *(most or ["-"]))


def _stopped_row(one: Stopped) -> tuple[str, ...]:
    named = ", ".join(one_line(run.name, 40) for run in one.hosts[:NAMED])
    more = f", {len(one.hosts) - NAMED} more" if len(one.hosts) > NAMED else ""
    return str(len(one.hosts)), one.status, one_line(one.cause, 90), named + more


def _row(report: Report, run_dir: Path) -> tuple[str, ...]:
    run = report.run
    named = (run.versions.get(name) or "-" for name in ("engine", "compose"))
    versions = "/".join(one_line(name, 20) for name in named)
    open_ = sum(finding.outcome in ("needs-human", "unresolved") for finding in run.findings)
    pains = f"{len(run.findings)}{f' ({open_} open)' if open_ else ''}"
    ratings = "/".join(
        "-" if rating.measured is None else str(rating.measured)
        for rating in report.ratings.values()
    )
    page = _shown(run_dir / "hosts" / file_name(run.name) / "report.md")
    changed = str(sum(step.status == "changed" for step in run.steps))
    took = duration(run.total_s)
    return (one_line(run.name, 40), in_a_word(run), changed, versions, pains, ratings, took, page)


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in (head, *rows)
    ]


def _coloured(line: str, said: str, run: HostRun) -> str:
    shade = "33" if run.only_looked and run.findings else _COLOURS.get(run.status)
    return line.replace(f"  {said}", f"  \x1b[{shade}m{said}\x1b[0m", 1) if shade else line


def _relative(path: Path) -> Path:
    """As short as it can be said from here."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (OSError, ValueError):
        return path


def _shown(path: Path) -> str:
    return one_line(str(path), 4000)
