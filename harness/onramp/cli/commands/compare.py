"""compare: two sides of runs, side by side; exit 2 where something got as bad as `--fail-on`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace

from msgspec import structs

from onramp import CLONE
from onramp.cli import flags
from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.evidence import find_runs
from onramp.history.compare import comparison, comparison_text
from onramp.history.compare.sides import Side
from onramp.pains import catalogue
from onramp.reports.build import host_report
from onramp.text.json_text import indented


def compare(given: SimpleNamespace) -> int:
    """Prints the comparison; 0, or 2 where `--fail-on` was met."""
    fail_on = flags.fail_on(given.fail_on)
    if given.json and given.markdown:
        raise UsageError("--json and --markdown are both given", resolution="leave one out")
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    before, after = (_side(text, runs_dir) for text in (given.before, given.after))
    found = comparison.compare(before, after, catalogue())
    if not found.hosts:
        raise UsageError(
            "no host was walked to its end on both sides",
            f"only before: {_named(found.only_before)}; only after: {_named(found.only_after)}",
            "hosts are matched by their image, or else by their name",
        )
    code = 2 if fail_on and comparison.is_met(found, fail_on) else 0
    if given.json:
        print(indented(structs.replace(found, exit_code=code)))
    else:
        print((comparison_text.markdown if given.markdown else comparison_text.text)(found), end="")
    return code


def _side(given: str, runs_dir: Path) -> Side:
    """Runs by name, each with its hosts' reports, made anew from their events."""
    known = catalogue()
    side = {}
    for name in _names(given):
        folder = find_runs.find_run(runs_dir, name, flag="compare: ")
        hosts = [host_report(run, known) for run in find_runs.host_runs(folder)]
        if not hosts:
            raise UsageError(f"compare: no host of {folder} has an events.jsonl to read")
        label = folder.name if folder.parent == runs_dir.resolve() else str(folder)
        if label in side:
            raise UsageError(f"compare: {quoted(name)} is given twice on one side")
        side[label] = hosts
    return side


def _names(given: str) -> tuple[str, ...]:
    """A path may hold a comma: a directory that is there is taken as it is written."""
    with contextlib.suppress(OSError, ValueError):
        if "/" in given and Path(given).is_dir():
            return (given,)
    names = flags.listed([given])
    if not names:
        raise UsageError(f"compare: found {quoted(given)}, expected RUN[,RUN…]")
    return names


def _named(hosts: tuple[str, ...]) -> str:
    return ", ".join(hosts[:5]) + (" …" if len(hosts) > 5 else "") or "none"
