"""diagnose: what a run's evidence, a file or standard input says, with today's catalogue.

Reads evidence only, so it works without hosts, and on runs made before a pain point was known.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from harness import diagnose as pure
from harness import evidence, options, replay, runs
from harness.errors import UsageError
from harness.model import Attempt, Facts, Finding, Outcome, PainPoint, Situation
from harness.pains import catalogue
from harness.plain import plain
from harness.settings import Settings
from harness.tasking import ROOT

PASTED = "pasted text"
MOST_BYTES = 1_000_000  # of a pasted text that are read
LARGEST_BYTES = 100_000_000  # where reading one is given up


def diagnose(given: SimpleNamespace) -> int:
    """Prints what was recognised, the leading cause first. 0, also when nothing is recognised."""
    pains = catalogue()
    if given.run is not None and given.text is not None:
        raise UsageError("--run and --text exclude each other")
    if given.run is not None:
        found = list(_of_run(given, pains))
    else:
        found = list(_of_text(_pasted(given.text), pains))
    rows = [_row(finding, pains, host) for host, finding in found]
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        print("\n\n".join(_told(row) for row in rows) or "nothing here is in the catalogue")
    return 0


def _pasted(path: str | None) -> str:
    if path is None or path == "-":
        return _ends(sys.stdin.buffer, "standard input")
    try:
        with open(path, "rb") as file:
            if stat.S_ISCHR(os.fstat(file.fileno()).st_mode) and not file.isatty():
                raise UsageError(f"--text={path}: is a device, expected a file")
            return _ends(file, f"--text={path}")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--text={path}: cannot be read", said) from None


def _ends(file: BinaryIO, shown: str) -> str:
    """The text; of a long one both ends, where the cause and the last words are. Raises OSError."""
    head, tail, size = file.read(MOST_BYTES // 2), b"", 0
    while more := file.read(MOST_BYTES):
        size += len(more)
        if size > LARGEST_BYTES:
            raise UsageError(f"{shown}: larger than {LARGEST_BYTES // 1_000_000} MB")
        tail = (tail + more)[-MOST_BYTES // 2 :]
    if size > len(tail):
        left_out = size - len(tail)
        print(f"onramp: {shown}: {left_out} bytes in the middle are left out", file=sys.stderr)
    return (head + tail).decode("utf-8", "replace")


def _of_text(text: str, pains: Mapping[str, PainPoint]) -> Iterator[tuple[str, Finding]]:
    attempt = Attempt("", 1, "try", Outcome(PASTED, 1, stdout=text))
    for finding in _findings(attempt, Facts(), pains):
        yield "", finding


def _of_run(
    given: SimpleNamespace, pains: Mapping[str, PainPoint]
) -> Iterator[tuple[str, Finding]]:
    runs_dir = options.runs(given.runs, cwd=Path.cwd(), project_root=ROOT)
    found = runs.find_run(runs_dir, given.run)
    folders = runs.host_folders(found)
    if not folders:
        raise UsageError(f"--run={given.run}: no host of {found} has an events.jsonl to read")
    for folder in folders:
        events = evidence.read_events(folder / "events.jsonl")
        run = replay.host_run(events)
        for attempt in attempts(events, folder):
            for finding in _findings(attempt, run.facts or Facts(), pains)[:1]:
                yield run.name, finding


def attempts(events: list[dict[str, Any]], folder: Path) -> Iterator[Attempt]:
    """The failed attempts a host's events tell of, each with the context gathered after it."""
    commands = [event for event in events if event.get("event") == "command"]
    for index, event in enumerate(commands):
        if event.get("exit_code") == 0 or event.get("role") in ("probe", "survey"):
            continue
        context = []
        for later in commands[index + 1 :]:
            if later.get("role") != "probe" or later.get("pain"):
                break
            context.append(_outcome(later, folder))
        yield Attempt(
            str(event.get("step")),
            int(event.get("attempt") or 1),
            event.get("role") or "apply",
            _outcome(event, folder),
            str(event.get("log") or ""),
            tuple(context),
        )


def _outcome(event: Mapping[str, Any], folder: Path) -> Outcome:
    text = str(event.get("excerpt") or "")
    log = folder / str(event.get("log") or "")
    if os.path.isfile(log) and log.resolve().is_relative_to(folder.resolve()):
        text = log.read_bytes().decode("utf-8", "replace").partition("--- stdout ---\n")[2]
    return Outcome(str(event.get("shown") or ""), event.get("exit_code"), stdout=text)


def _findings(
    attempt: Attempt, facts: Facts, pains: Mapping[str, PainPoint]
) -> tuple[Finding, ...]:
    found = pure.matches(attempt, pains)
    return pure.findings(attempt, found, {}, Situation(facts, Settings()))


def _row(finding: Finding, pains: Mapping[str, PainPoint], host: str) -> dict[str, Any]:
    pain = pains[finding.pain]
    remedy = pain.remedy
    return {
        "id": pain.id,
        "title": pain.title,
        "severity": pain.severity,
        "confidence": finding.confidence,
        "because": list(finding.because),
        "cause": pain.cause,
        "remedy": {
            "kind": remedy.kind if remedy else None,
            "summary": remedy.summary if remedy else None,
            "commands": list(remedy.commands) if remedy else [],
        },
        "host": host or None,
        "step": finding.step or None,
        "excerpt": finding.evidence.excerpt,
    }


def _told(row: Mapping[str, Any]) -> str:
    where = f"{row['host']}, {row['step']}: " if row["host"] else ""
    lines = [
        f"{where}{row['title']} ({row['id']}, {round(row['confidence'] * 100)}% sure)",
        f"  why:  {row['cause']}",
        *(f"  seen: {plain(reason)}" for reason in row["because"]),
    ]
    if row["remedy"]["summary"]:
        lines.append(f"  do:   {row['remedy']['summary']}")
    lines += [f"        $ {command}" for command in row["remedy"]["commands"]]
    return "\n".join(lines)
