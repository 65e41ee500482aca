"""Finding earlier runs again: `--run=latest`, a stamp, a folder; and who failed, for `@failed`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from onramp.errors import UsageError
from onramp.evidence import moments
from onramp.evidence.own_files import own_file
from onramp.evidence.replay import host_run
from onramp.evidence.stored_events import read_events
from onramp.model.run import HostRun, RunReport
from onramp.text.json_text import from_json

_STAMP = re.compile(r"\d{8}T\d{6}Z(?:-(\d+))?$")
_FAILED = ("failed", "unreachable", "interrupted")


def find_run(runs_dir: Path, name: str = "latest", *, flag: str = "--run=") -> Path:
    """The folder of a run: the newest, by its stamp or the beginning of it, or by path.

    Raises UsageError naming the newest runs there are, and what was asked for behind `flag`.
    """
    known = all_runs(runs_dir)
    if name == "latest" and known:
        link = runs_dir / "latest"
        return link.resolve() if _is_run(link) else known[-1]
    if "/" in name and _is_run(Path(name)):
        return Path(name).resolve()
    matching = [run for run in known if run.name.startswith(name)] if name else []
    exact = [run for run in matching if run.name == name] or matching
    if len(exact) == 1:
        return exact[0]
    raise UsageError(
        f"{flag}{name}: {'several runs begin so' if exact else 'no such run'} in {runs_dir}",
        resolution="known: " + (", ".join(run.name for run in (exact or known)[-5:]) or "none"),
    )


def all_runs(runs_dir: Path) -> list[Path]:
    """Every run below `runs_dir`, oldest first."""
    if not runs_dir.is_dir():
        return []
    found = [path for path in runs_dir.iterdir() if _STAMP.match(path.name) and _is_run(path)]
    return sorted(found, key=_age)


def summary(run: Path) -> dict[str, Any]:
    """run.json; empty where it is missing, broken, or a pipe that nobody writes to."""
    path = run / "run.json"
    try:
        read = from_json(path.read_text("utf-8", "replace")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def took_s(told: Mapping[str, Any]) -> float:
    """How long a run took, by its run.json; 0 where that does not say."""
    return moments.between_s(str(told.get("started")), str(told.get("finished")))


def as_it_ended(report: RunReport, told: Mapping[str, Any]) -> RunReport:
    """The report with the exit code and the notes of run.json, which hosts' events do not have.

    A gate, an interruption or a fault of ours made the exit code; reports made anew keep it.
    """
    code, notes = told.get("exit_code"), told.get("notes")
    return replace(
        report,
        exit_code=code if isinstance(code, int) else report.exit_code,
        notes=tuple(map(str, notes)) if isinstance(notes, list) else report.notes,
    )


def host_runs(run: Path) -> list[HostRun]:
    """Every host of a run, rebuilt from its events, in the order of run.json, then by name."""
    return [host_run_in(folder) for folder in host_folders(run)]


def host_run_in(folder: Path) -> HostRun:
    """A host rebuilt from its events; of one whose name a full disk did not take, its folder's."""
    found = host_run(read_events(folder / "events.jsonl"))
    return found if found.name else replace(found, name=folder.name)


def host_folders(run: Path) -> list[Path]:
    """The folders of a run's hosts that have events, in the order of run.json, then by name."""
    order = {str(host.get("path")): place for place, host in enumerate(_hosts(run))}
    found = [
        path.parent
        for path in (run / "hosts").glob("*/events.jsonl")
        if own_file(run, path.relative_to(run))
    ]
    return sorted(found, key=lambda path: (order.get(f"hosts/{path.name}", len(order)), path.name))


def unseen(run: Path) -> list[str]:
    """Hosts that run.json names and that nothing was written of: not begun, or a full disk."""
    seen = {f"hosts/{folder.name}" for folder in host_folders(run)}
    return [str(host.get("name")) for host in _hosts(run) if str(host.get("path")) not in seen]


def last_failed(runs_dir: Path) -> list[str]:
    """How `--hosts` names those that did not pass in the newest run that had hosts.

    A run that died has no statuses in run.json; its events have. Raises UsageError without a run.
    """
    for run in reversed(all_runs(runs_dir)):
        ended = {name: status for name, status in _statuses(run) if status != "planned"}
        if ended:
            return [name for name, status in ended.items() if status in _FAILED]
    raise UsageError(f"@failed: no earlier run in {runs_dir}", resolution="run evaluate first")


def _statuses(run: Path) -> list[tuple[str, str]]:
    return [
        (str(host.get("spec") or host.get("name")), host.get("status") or _replayed(run, host))
        for host in _hosts(run)
    ] or [(host.name, host.status) for host in host_runs(run)]


def _replayed(run: Path, host: Mapping[str, Any]) -> str:
    path = own_file(run, f"{host.get('path')}/events.jsonl")
    return host_run(read_events(path)).status if path else "interrupted"


def _hosts(run: Path) -> list[Mapping[str, Any]]:
    hosts = summary(run).get("hosts")
    return [host for host in hosts if isinstance(host, dict)] if isinstance(hosts, list) else []


def _is_run(path: Path) -> bool:
    return os.path.isdir(path / "hosts") or os.path.isfile(path / "run.json")


def _age(path: Path) -> tuple[str, int]:
    match = _STAMP.match(path.name)
    return path.name[:16], int(match[1] or 1) if match else 1
