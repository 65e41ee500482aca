"""review: a person's ratings and notes of a host, asked at the terminal or read from a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import msgspec

from onramp import CLONE
from onramp.cli import flags
from onramp.config import suggest
from onramp.config.evaluation_file import Scores
from onramp.errors import UsageError
from onramp.evidence import find_runs, reviews
from onramp.evidence.reviews import Review
from onramp.model.rating import RATINGS
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports.ratings import rate
from onramp.text.file_names import file_name
from onramp.text.sanitize import one_line, plain

_MEANT: Final = {"task": " (build, bring up, use)"}
NOTHING: Final = "-"  # typed to take an earlier answer back
Ask = Callable[[str], str]


def review(given: SimpleNamespace) -> int:
    """Keeps the review in the run, and says where; 0."""
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    folder = find_runs.find_run(runs_dir, given.run or "latest")
    run = chosen(given.host, find_runs.host_runs(folder), str(folder))
    if given.file is not None:
        found = reviews.read(Path.cwd() / given.file, shown=f"--file={given.file}")
    else:
        found = _asked_for(run, reviews.kept(folder, run.name))
    print(plain(str(reviews.keep(found, folder, run.name))))
    print(
        f"onramp: `invoke report --run={plain(str(folder))}` shows it in the reports",
        file=sys.stderr,
    )
    print("onramp: the form's questions go there too: docs/evaluation-form.md", file=sys.stderr)
    return 0


def chosen(name: str | None, hosts: Sequence[HostRun], where: str) -> HostRun:
    """The host of that name; the only one there is when none is named. Raises UsageError."""
    names = [run.name for run in hosts]
    if name is None and len(hosts) == 1:
        return hosts[0]
    for run in hosts:
        if name in (run.name, file_name(run.name)):
            return run
    if not hosts:
        raise UsageError(f"--run: no host of {where} has an events.jsonl to read")
    said = f"no host {suggest.quoted(name)}" if name else "say which host"
    raise UsageError(
        f"--host: {said} in {where}",
        resolution=suggest.hint(name or "", names, noun="there are"),
    )


def _asked_for(run: HostRun, before: Review) -> Review:
    if not sys.stdin.isatty():
        raise UsageError(
            "review: standard input is no terminal, so nothing can be asked",
            resolution="give a file: --file=FILE (what it holds: docs/ratings.md)",
        )
    print(f"Your ratings of {one_line(run.name, 80)}, 1 (hard) to 10 (easy).")
    print("Before each stands what was measured, and what cost how many points.")
    print(
        f"Enter keeps what is in [brackets]; {NOTHING} takes it back; Ctrl-C leaves all as it was."
    )
    try:
        return dialogue(run, before, input)
    except EOFError:
        raise UsageError("review: the answers ended early, nothing was kept") from None


def dialogue(run: HostRun, before: Review, ask: Ask) -> Review:
    """The four ratings, each after what was measured, then the notes. Raises EOFError."""
    measured = rate(run, catalogue())
    scores = {}
    for name, rating in RATINGS.items():
        title = rating.title + _MEANT.get(name, "")
        number = measured[name].measured
        print(f"{title}: measured {'not rated' if number is None else number}")
        for reason in measured[name].because:
            print(f"    {plain(reason)}")
        scores[name] = _score(ask, getattr(before.ratings, name))
    notes = _notes(ask, before)
    return msgspec.structs.replace(before, ratings=Scores(**scores), notes=notes)


def _score(ask: Ask, before: int | None) -> int | None:
    while True:
        answer = ask(f"  yours [{'' if before is None else before}]: ").strip()
        if not answer:
            return before
        if answer == NOTHING:
            return None
        if answer.isascii() and answer.isdigit() and 1 <= int(answer[:3]) <= 10:
            return int(answer[:3])
        print("  a whole number from 1 to 10, or nothing")


def _notes(ask: Ask, before: Review) -> str | list[str]:
    """Lines up to an empty one; the earlier notes where the first is empty."""
    earlier = [before.notes] if isinstance(before.notes, str) else before.notes
    for line in filter(None, earlier):
        print(f"  [{one_line(line, 500)}]")
    print(f"Notes (an empty line ends them; {NOTHING} for none):")
    lines: list[str] = []
    while line := plain(ask("  ")).strip():
        lines.append(line)
    if not lines:
        return before.notes
    return "" if lines == [NOTHING] else "\n".join(lines)
