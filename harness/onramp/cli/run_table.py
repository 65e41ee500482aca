"""The table of all hosts that a person sees when a run is over, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from onramp.evidence.run_dir import file_name
from onramp.model.rating import legend
from onramp.model.run import HostRun, Report, RunReport
from onramp.reports.build import headline, in_a_word
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line

_COLOURS: Final[Mapping[str, str]] = {
    "passed": "32",
    "failed": "31",
    "unreachable": "31",
    "interrupted": "33",
    "planned": "36",
}
_HEAD: Final = (
    "HOST", "STATUS", "CHANGED", "ENGINE/COMPOSE", "PAIN POINTS", "RATINGS", "TOOK", "REPORT",
)  # fmt: skip


def summary(report: RunReport, run_dir: Path, *, colour: bool = False) -> str:
    """The table of all hosts, failures last, and what happened to those that did not pass."""
    rows = [_row(entry, run_dir) for entry in report.reports]
    widths = [max(len(cell) for cell in column) for column in zip(_HEAD, *rows, strict=True)]
    lines = [_padded(_HEAD, widths)]
    for entry, row in zip(report.reports, rows, strict=True):
        padded = _padded(row, widths)
        lines.append(_coloured(padded, row[1], entry.run) if colour else padded)
    trouble = [headline(entry.run) for entry in report.reports if entry.run.status != "passed"]
    rated = any(
        rating.measured is not None for entry in report.reports for rating in entry.ratings.values()
    )
    notes = [*([legend()] if rated else []), *(one_line(note, 300) for note in report.notes)]
    blocks = (lines, trouble, notes, [f"All of it: {_relative(run_dir / 'index.html')}"])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


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
    page = _relative(run_dir / "hosts" / file_name(run.name) / "report.md")
    changed = str(sum(step.status == "changed" for step in run.steps))
    took = duration(run.total_s)
    return (one_line(run.name, 40), in_a_word(run), changed, versions, pains, ratings, took, page)


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()


def _coloured(line: str, said: str, run: HostRun) -> str:
    shade = "33" if run.only_looked and run.findings else _COLOURS.get(run.status)
    return line.replace(f"  {said}", f"  \x1b[{shade}m{said}\x1b[0m", 1) if shade else line


def _relative(path: Path) -> str:
    """As short as it can be said from here."""
    try:
        return one_line(str(path.resolve().relative_to(Path.cwd())), 4000)
    except (OSError, ValueError):
        return one_line(str(path), 4000)
