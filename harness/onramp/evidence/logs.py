"""A command's log: written when it has ended, read back by reports, diagnosis and transcripts.

A head of `# name: value` lines, then what was printed, under a mark for each stream. The head
says how long each stream is, so a host that prints such a mark is read as it was written; where
the lengths do not fit (an old log, a redacted copy) the marks alone count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct
from msgspec.structs import replace

from onramp.evidence import files
from onramp.evidence.own_files import own_file
from onramp.model.action import Outcome

SHOWN_BYTES: Final = 64 * 1024  # of one log, in reports; the rest is in its file
_STDOUT, _STDERR, _NOISE = "--- stdout ---", "--- stderr ---", "--- before it began ---"
_LENGTHS: Final = re.compile(r"^# characters: (\d+) stdout, (\d+) stderr, (\d+) before$", re.M)


class Printed(Struct, frozen=True):
    """What a command printed, as its log has it; `noise` is the login's, and no part of it."""

    stdout: str = ""
    stderr: str = ""
    noise: str = ""


def text(outcome: Outcome, shown: str, mask: Callable[[str], str]) -> str:
    """A log's text, secrets masked. `shown` is what a person would have typed."""
    printed = [mask(part).rstrip("\n") for part in (outcome.stdout, outcome.stderr, outcome.noise)]
    stdout, stderr, noise = printed
    head = {
        "command": mask(shown).replace("\n", "\n#          "),
        "as root": "yes" if outcome.as_root else "no",
        "exit code": "none" if outcome.exit_code is None else outcome.exit_code,
        "ended": outcome.cut or "by itself",
        "seconds": f"{outcome.seconds:.3f}",
        "left out": f"{outcome.dropped_bytes} bytes" if outcome.dropped_bytes else "nothing",
        "characters": f"{len(stdout)} stdout, {len(stderr)} stderr, {len(noise)} before",
    }
    parts = ["\n".join(f"# {name}: {value}" for name, value in head.items()), "", _STDOUT, stdout]
    if stderr:
        parts += [_STDERR, stderr]
    if noise.strip():
        parts += [_NOISE, noise]
    return "\n".join(parts) + "\n"


def write(folder: Path, name: str, text: str) -> None:
    """Keeps a log of the host in `folder`. Raises OSError."""
    files.write(folder / name, text.encode("utf-8", "replace"))


def parsed(log: str) -> Printed:
    """What stands in a log's text."""
    head, _, printed = f"\n{log}".partition(f"\n{_STDOUT}\n")
    return _by_length(head, printed) or _by_marks(printed)


def _by_length(head: str, printed: str) -> Printed | None:
    said = _LENGTHS.search(head)
    if said is None:
        return None
    stdout, stderr, noise = (int(number) for number in said.groups())
    found = Printed(printed[:stdout])
    rest = printed[stdout:]
    for name, mark, length in (("stderr", _STDERR, stderr), ("noise", _NOISE, noise)):
        mark = f"\n{mark}\n"
        if length and rest.startswith(mark):
            part = rest[len(mark) : len(mark) + length]
            found = replace(found, **{name: part})
            rest = rest[len(mark) + length :]
    return found if rest == "\n" else None


def _by_marks(printed: str) -> Printed:
    both, _, noise = f"\n{printed}".partition(f"\n{_NOISE}\n")
    stdout, _, stderr = both.partition(f"\n{_STDERR}\n")
    parts = (stdout.removeprefix("\n"), stderr, noise)
    return Printed(*(part.rstrip("\n") for part in parts))


def read(folder: Path, name: str, *, limit: int | None = None) -> Printed | None:
    """The log that evidence of the host in `folder` names ("logs/0007-build-apply.log").

    None where there is none, or where the name leads out of the folder. `limit`: of a longer one
    both ends, so many bytes together.
    """
    path = own_file(folder, name)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            raw = file.read() if limit is None else _ends(file, limit)
    except OSError:
        return None
    return parsed(raw.decode("utf-8", "replace"))


def _ends(file: BinaryIO, limit: int) -> bytes:
    """A whole file, or half of `limit` bytes from each of its ends."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= limit:
        return file.read()
    head = file.read(limit // 2)
    file.seek(size - limit // 2)
    return head + f"\n[… {size - limit} bytes left out …]\n".encode() + file.read()


def shown(folder: Path, name: str) -> Printed:
    """As reports show it: of a long log both ends, the middle left out; nothing where none is."""
    return read(folder, name, limit=SHOWN_BYTES) or Printed()
