"""Questions to whoever is at the terminal, one at a time."""

from __future__ import annotations

import sys
import threading

from msgspec import Struct, field

from onramp.cli.console import Console
from onramp.errors import UsageError
from onramp.model.pain import Finding
from onramp.text.sanitize import one_line


class TerminalPrompts(Struct, frozen=True):
    """May a remedy run, may a host key be trusted? The live view steps aside meanwhile."""

    console: Console
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def remedy(self, host: str, finding: Finding, what: str) -> bool:
        return self.yes(f"{host}: {finding.pain}: {what} Do it?")

    def yes(self, question: str) -> bool:
        with self._one_at_a_time, self.console.aside():
            print(f"{one_line(question, 1000)} [y/N] ", end="", file=sys.stderr, flush=True)
            return _said_yes()


def agree(flag: str, doing: str, allowed: str) -> None:
    """Asks before anything is touched. Raises UsageError where nobody says yes.

    `doing` is what is asked for, `allowed` what the flag --yes says instead.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            f"{flag}: nobody is at the terminal to agree to {doing}",
            resolution=f"--yes says that {allowed}",
        )
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    if not _said_yes():
        raise UsageError("nothing was done: the answer was not yes")


def _said_yes() -> bool:
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def at_terminal(console: Console) -> TerminalPrompts | None:
    """None where nobody is there to answer."""
    there = sys.stdin.isatty() and sys.stderr.isatty()
    return TerminalPrompts(console) if there else None
