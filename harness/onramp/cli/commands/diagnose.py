"""diagnose: what a run's evidence, a file or standard input says, with today's catalogue.

Reads evidence only, so it works without hosts, and on runs made before a pain point was known.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

from onramp.diagnosis import matching, pasted_text, what_to_ask
from onramp.diagnosis.diagnosis_json import Answer, Diagnosis, diagnosis
from onramp.diagnosis.what_to_ask import Advice
from onramp.errors import UsageError
from onramp.model.pain import Catalogue, Finding
from onramp.pains import catalogue
from onramp.reports.form.shell_lines import told
from onramp.text.json_text import indented
from onramp.text.pasted import decoding, reading
from onramp.text.sanitize import one_line, plain

MOST_BYTES = 16_000_000  # of a pasted text that are read
LARGEST_BYTES = 1_000_000_000  # where reading one is given up
PIECE_BYTES = 1_000_000


def diagnose(given: SimpleNamespace) -> int:
    """Prints what was recognised, the leading cause first. 0, also when nothing is recognised."""
    pains = catalogue()
    if given.run is not None and given.text is not None:
        raise UsageError("--run and --text exclude each other")
    if given.run is not None:
        found = list(_of_run(given, pains))
        advised = None
    else:
        text, kind = _pasted(given.text)
        pasted = reading.read(text)
        found = [("", cause) for cause in pasted_text.causes(pasted, pains)]
        advised = None if found else what_to_ask.advice(pasted, pains, kind)
    rows = [diagnosis(finding, pains[finding.pain], host) for host, finding in found]
    if given.json:
        print(
            indented(
                Answer(causes=rows, advice=advised) if getattr(given, "advice", False) else rows
            )
        )
    else:
        print(_listing(rows) or _advised(advised))
    return 0


def _advised(advice: Advice | None) -> str:
    """What to do where nothing was recognised."""
    lines = ["nothing here is in the catalogue"]
    if advice is None:
        return lines[0]
    lines.append(f"  it is: {advice.kind}")
    if advice.line:
        lines.append(f"  its decisive line: {plain(advice.line)}")
    if advice.missing:
        lines.append(f"  {advice.missing}")
    if advice.commands:
        lines += ["  this would tell more:", *(f"    $ {one}" for one in advice.commands)]
    if advice.nearest:
        lines.append(f"  words like it are in: {', '.join(advice.nearest)}")
    return "\n".join(lines)


def _pasted(path: str | None) -> tuple[str, str | None]:
    """The text, and what it is where it is none."""
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


def _ends(file: BinaryIO, shown: str) -> tuple[str, str | None]:
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
    data = b"".join((head, *tail))
    return decoding.decoded(data), decoding.not_text(data)


def _of_run(given: SimpleNamespace, pains: Catalogue) -> Iterator[tuple[str, Finding]]:
    # imported here: a pasted text needs none of it, and is answered at once
    from onramp import CLONE
    from onramp.cli import flags
    from onramp.diagnosis import old_runs
    from onramp.evidence import find_runs, replay, stored_events

    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    found = find_runs.find_run(runs_dir, given.run)
    folders = find_runs.host_folders(found)
    if not folders:
        raise UsageError(f"--run={given.run}: no host of {found} has an events.jsonl to read")
    for folder in folders:
        events = stored_events.read_events(folder / "events.jsonl")
        name = replay.host_run(events).name
        told: set[str] = set()
        for finding in old_runs.findings_of(events, folder, pains, _broken):
            noted = finding.how != "encountered" or finding.outcome == "noted"
            if noted and finding.pain in told:  # a warning is told once
                continue
            if noted:
                told.add(finding.pain)
            yield name, finding


def _broken(fault: matching.PainPointFault) -> None:
    print(f"onramp: {one_line(str(fault), 400)}", file=sys.stderr)


def _told(row: Diagnosis) -> str:
    where = one_line(f"{row.host}, {row.step}:") + " " if row.host else ""
    lines = [
        f"{where}{row.title} ({row.id}, {round(row.confidence * 100)}% sure)",
        f"  why:  {row.cause}",
        *(f"  seen: {plain(reason)}" for reason in row.because),
    ]
    if row.remedy.summary:
        lines.append(f"  do:   {row.remedy.summary}")
    for command in told(row.remedy.commands):
        lines.append(f"        {'' if command.startswith('#') else '$ '}{plain(command)}")
    if row.consequences:
        lines.append(f"  and:  {', '.join(row.consequences)} follow from it")
    if row.rivals:
        lines.append(f"  or:   {', '.join(row.rivals)}: their words stand there too")
        if row.check and len(row.check) < 160 and "\n" not in row.check:
            lines.append(f"        this tells: {row.check}")
    return "\n".join(lines)


def _listing(rows: Sequence[Diagnosis]) -> str:
    """Causes in full; what follows from a cause above is named there, and not told again."""
    folded = {(row.host, name) for row in rows for name in row.consequences}
    return "\n\n".join(_told(row) for row in rows if (row.host, row.id) not in folded)
