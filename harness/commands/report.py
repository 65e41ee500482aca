"""report: an old run's reports, written again from its events with today's reporters."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from harness import options, reporters, reviews, runs
from harness import report as reports
from harness.pains import catalogue
from harness.tasking import ROOT


def report(given: SimpleNamespace) -> int:
    """Writes every report of the run; 0 where all could be written, else 250."""
    runs_dir = options.runs(given.runs, cwd=Path.cwd(), project_root=ROOT)
    folder = runs.find_run(runs_dir, given.run or "latest")
    summary = runs.summary(folder)
    result = reports.build(
        [reviews.laid_over(run, reviews.kept(folder, run.name)) for run in runs.host_runs(folder)],
        id=folder.name,
        command=str(summary.get("command") or ""),
        started=str(summary.get("started") or ""),
        seconds=0.0,
        catalogue=catalogue(),
    )
    faults = reporters.write_all(result, folder, catalogue())
    print(folder / "index.md")
    for fault in faults:
        print(f"onramp: {fault}")
    return 250 if faults else 0
