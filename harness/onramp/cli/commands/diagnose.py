"""diagnose: what a run's evidence, a file or standard input says, with today's catalogue.

Reads evidence only, so it works without hosts, and on runs made before a pain point was known.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from onramp import ROOT
from onramp.cli import flags
from onramp.diagnosis import findings as pure
from onramp.errors import UsageError
from onramp.evidence import find_runs, replay, run_dir
from onramp.evidence.own_files import own_file
from onramp.journey import platforms
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Finding, PainPoint, Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.pains import catalogue
from onramp.text.sanitize import one_line, plain

PASTED = "pasted text"
MOST_BYTES = 16_000_000  # of a pasted text that are read
LARGEST_BYTES = 1_000_000_000  # where reading one is given up
PIECE_BYTES = 1_000_000
FEW_LINES = 40  # of a pasted text in which a mere warning is told, where there is nothing else
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


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
        print(_listing(rows) or "nothing here is in the catalogue")
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
    head, size = file.read(MOST_BYTES // 2), 0
    tail: deque[bytes] = deque(maxlen=MOST_BYTES // 2 // PIECE_BYTES)
    while more := file.read(PIECE_BYTES):
        size += len(more)
        if size > LARGEST_BYTES:
            raise UsageError(f"{shown}: larger than {LARGEST_BYTES // 1_000_000} MB")
        tail.append(more)
    left_out = size - sum(map(len, tail))
    if left_out:
        print(f"onramp: {shown}: {left_out} bytes in the middle are left out", file=sys.stderr)
    return _readable(b"".join((head, *tail)).decode("utf-8", "replace"))


def _readable(text: str) -> str:
    """As the tools printed it: without colours, and lines ended alike."""
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _of_text(text: str, pains: Catalogue) -> Iterator[tuple[str, Finding]]:
    attempt = Attempt("", 1, "try", Outcome(PASTED, 1, stdout=text))
    found = pure.matches(attempt, pains)
    graver = tuple(match for match in found if not match.symptom.warning)
    if graver or text.count("\n") > FEW_LINES:
        found = graver  # nobody who pastes a long log asks about a warning in it
    for finding in pure.findings(attempt, found, {}, Situation(Facts(), Settings())):
        yield "", finding


def _of_run(given: SimpleNamespace, pains: Catalogue) -> Iterator[tuple[str, Finding]]:
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=ROOT)
    found = find_runs.find_run(runs_dir, given.run)
    folders = find_runs.host_folders(found)
    if not folders:
        raise UsageError(f"--run={given.run}: no host of {found} has an events.jsonl to read")
    for folder in folders:
        events = run_dir.read_events(folder / "events.jsonl")
        run = replay.host_run(events)
        seen = run.facts or Facts()
        situation = Situation(seen, Settings(), platforms.resolve(seen))
        told: set[str] = set()
        for finding in _of_host(events, folder, situation, pains):
            if finding.how == "encountered" and finding.outcome != "noted":
                yield run.name, finding
            elif finding.pain not in told:  # a warning is told once
                told.add(finding.pain)
                yield run.name, finding


def _of_host(
    events: Sequence[Mapping[str, Any]], folder: Path, at: Situation, pains: Catalogue
) -> Iterator[Finding]:
    left = dict(pains)
    if at.facts != Facts():
        yield from _asked(lambda: pure.foreseen(at, left), left)
    for attempt, probes in attempts(events, folder):
        if not attempt.outcome.ok:
            yield from _asked(partial(_findings, attempt, at, probes, left), left)[:1]
        yield from pure.remarks(attempt, left)


def _asked(
    question: Callable[[], tuple[Finding, ...]], left: dict[str, PainPoint]
) -> tuple[Finding, ...]:
    """What diagnosis answers; a pain point whose own code breaks is left out, visibly."""
    while True:
        try:
            return question()
        except pure.PainPointFault as fault:
            print(f"onramp: {one_line(str(fault), 400)}", file=sys.stderr)
            left.pop(fault.pain, None)


def attempts(
    events: Sequence[Mapping[str, Any]], folder: Path
) -> Iterator[tuple[Attempt, dict[str, Outcome]]]:
    """What a host's events tell was tried, each with the context and the probes run after it."""
    commands = [event for event in events if event.get("event") == "command"]
    for index, event in enumerate(commands):
        if event.get("role") in ("probe", "survey"):
            continue
        after = list(takewhile(lambda e: e.get("role") == "probe", commands[index + 1 :]))
        context = tuple(_outcome(e, folder) for e in after if not e.get("pain"))
        probes = {str(e["pain"]): _outcome(e, folder) for e in after if e.get("pain")}
        attempt = Attempt(
            str(event.get("step")),
            int(event.get("attempt") or 1),
            event.get("role") or "apply",
            _outcome(event, folder),
            str(event.get("log") or ""),
            context,
        )
        yield attempt, probes


def _outcome(event: Mapping[str, Any], folder: Path) -> Outcome:
    text = str(event.get("excerpt") or "")
    if log := own_file(folder, str(event.get("log") or "")):
        text = log.read_bytes().decode("utf-8", "replace").partition("--- stdout ---\n")[2]
    return Outcome(str(event.get("shown") or ""), event.get("exit_code"), stdout=text)


def _findings(
    attempt: Attempt, at: Situation, probes: Mapping[str, Outcome], pains: Catalogue
) -> tuple[Finding, ...]:
    return pure.findings(attempt, pure.matches(attempt, pains), probes, at)


def _row(finding: Finding, pains: Catalogue, host: str) -> dict[str, Any]:
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
        "consequences": list(finding.consequences),
        "rivals": list(finding.rivals),
        "check": pain.probe.shown if pain.probe else None,
        "host": host or None,
        "step": finding.step or None,
        "excerpt": finding.evidence.excerpt,
    }


def _told(row: Mapping[str, Any]) -> str:
    where = one_line(f"{row['host']}, {row['step']}:") + " " if row["host"] else ""
    lines = [
        f"{where}{row['title']} ({row['id']}, {round(row['confidence'] * 100)}% sure)",
        f"  why:  {row['cause']}",
        *(f"  seen: {plain(reason)}" for reason in row["because"]),
    ]
    if row["remedy"]["summary"]:
        lines.append(f"  do:   {row['remedy']['summary']}")
    lines += [f"        $ {plain(command)}" for command in row["remedy"]["commands"]]
    if row["consequences"]:
        lines.append(f"  and:  {', '.join(row['consequences'])} follow from it")
    if row["rivals"]:
        lines.append(f"  or:   {', '.join(row['rivals'])}: their words stand there too")
        if row["check"] and len(row["check"]) < 160 and "\n" not in row["check"]:
            lines.append(f"        this tells: {row['check']}")
    return "\n".join(lines)


def _listing(rows: Sequence[Mapping[str, Any]]) -> str:
    """Causes in full; what follows from a cause above is named there, and not told again."""
    folded = {(row["host"], name) for row in rows for name in row["consequences"]}
    return "\n\n".join(_told(row) for row in rows if (row["host"], row["id"]) not in folded)
