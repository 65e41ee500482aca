"""The logs a host's page carries with it: bounded, those of failures first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from onramp.evidence.logs import Printed
from onramp.model.run import CommandRun, HostRun
from onramp.reports.html import terminal
from onramp.reports.html.filters import log_file, log_id

if TYPE_CHECKING:
    from markupsafe import Markup

LOG_CHARACTERS: Final = 32 * 1024  # of one log on a page, from both of its ends
PAGE_CHARACTERS: Final = 600 * 1024  # of all logs on one page, as HTML


class Log(Struct, frozen=True):
    """One log as its page shows it; `html` is None where the page had no room for it."""

    id: str
    file: str
    html: Markup | None
    cut: bool


class Shelf:
    """Reads every log of a host once; says what each holds, and which the page has room for."""

    def __init__(self, run: HostRun, logs: Callable[[str], Printed]) -> None:
        commands = [command for step in run.steps for command in step.commands]
        self._printed = {name: logs(name) for name in dict.fromkeys(_names(commands, run))}
        self._shown = dict(self._filled(_names(commands, run)))

    @property
    def filled(self) -> bool:
        """Whether there is any log at all."""
        return bool(self._shown)

    def text(self, command: CommandRun) -> str:
        """What a command printed, as far as it is kept."""
        return _joined(self._printed.get(command.log, Printed()))

    def log(self, name: str) -> Log | None:
        """A log by the name evidence has for it; None where nothing was printed."""
        return self._shown.get(name)

    def _filled(self, names: Iterator[str]) -> Iterator[tuple[str, Log]]:
        from markupsafe import Markup

        room = PAGE_CHARACTERS
        for name in dict.fromkeys(names):
            whole = _joined(self._printed[name])
            if not whole.strip() or not log_file(name):
                continue
            text = _ends(whole, LOG_CHARACTERS)
            page = terminal.html(text)
            fits = len(page) <= room
            room -= len(page) if fits else 0
            made = Markup(page) if fits else None
            yield name, Log(log_id(name), log_file(name), made, text is not whole)


def _names(commands: list[CommandRun], run: HostRun) -> Iterator[str]:
    """Those that explain something first: of evidence, of failures, then all in order."""
    seen = [one.evidence for one in run.findings] + [one.evidence for one in run.unexplained]
    seen += [one.evidence for one in run.requirements if one.evidence]
    yield from (evidence.log for evidence in seen if evidence.log)
    yield from (command.log for command in commands if command.log and command.exit_code != 0)
    yield from (command.log for command in commands if command.log)


def _joined(printed: Printed) -> str:
    return "\n".join(part for part in (printed.stdout, printed.stderr) if part)


def _ends(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[… {left_out} characters left out …]\n{text[-half:]}"
