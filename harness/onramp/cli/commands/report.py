"""report: an old run's reports, written again from its events with today's reporters."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from msgspec.structs import replace

from onramp import CLONE
from onramp.cli import flags
from onramp.config import suggest
from onramp.errors import UsageError
from onramp.evidence import find_runs, reviews
from onramp.model.run import Report
from onramp.pains import catalogue
from onramp.reports import build as reports
from onramp.reports import formats
from onramp.reports.brief import brief
from onramp.text.humanize import counted
from onramp.text.sanitize import plain

NAMED: Final = 5  # hosts that nothing was written of


def report(given: SimpleNamespace) -> int:
    """Writes every report of the run; 0 where all could be written, else 250."""
    if given.to is not None and not given.redact:
        raise UsageError("--to: goes with --redact", resolution="the reports are in the run itself")
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    folder = find_runs.find_run(runs_dir, given.run or "latest")
    if not given.redact and not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(
            f"--run: {folder} cannot be written", resolution="copy it, and give the copy's path"
        )
    if given.redact:
        return _redacted(folder, given.to)
    summary = find_runs.summary(folder)
    hosts, faults = _host_reports(folder)
    result = reports.gathered(
        hosts,
        id=folder.name,
        command=str(summary.get("command") or ""),
        started=str(summary.get("started") or ""),
        seconds=find_runs.took_s(summary),
        catalogue=catalogue(),
    )
    result = find_runs.as_it_ended(result, summary)
    result = replace(result, notes=(*result.notes, *_unseen(find_runs.unseen(folder))))
    faults += formats.write_run(result, folder, catalogue())
    print(plain(str(folder / "index.md")))
    for fault in faults:
        print(f"onramp: {plain(fault)}", file=sys.stderr)
    return 250 if faults else 0


def _host_reports(folder: Path) -> tuple[list[Report], list[str]]:
    """Writes each host's reports, and keeps of it what the run's own need; and what went wrong."""
    kept: list[Report] = []
    faults: list[str] = []
    for place in find_runs.host_folders(folder):
        run = find_runs.host_run_in(place)
        whole = reports.host_report(
            reviews.laid_over(run, reviews.kept(folder, run.name)), catalogue()
        )
        faults += formats.write_within(folder, whole, catalogue())
        kept.append(brief(whole))
    return kept, faults


def _unseen(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    told = f"nothing was written of {counted(len(names), 'host')} of this run"
    return (f"{told}: {suggest.listed(names, NAMED)}; --resume begins with them",)


def _redacted(folder: Path, to: str | None) -> int:
    from onramp.reports import redacted_copy

    place = Path(os.path.expanduser(to)) if to else folder.with_name(f"{folder.name}-redacted")
    copy = redacted_copy.redacted(folder, place, catalogue())
    print(plain(str(copy.path / "index.md")))
    for name in copy.left_out:
        print(f"onramp: left out, as it is no text: {plain(name)}")
    for fault in copy.faults:
        print(f"onramp: {plain(fault)}", file=sys.stderr)
    print("Look through it before you show it: nobody can know every name that matters to you.")
    return 250 if copy.faults else 0
