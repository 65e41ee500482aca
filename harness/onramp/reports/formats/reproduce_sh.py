"""reproduce.sh: the commands really run on a host, in order, for a person to run them again.

A group change counts from the next login only, so the script comes in parts: each part ends where
the run logged in again or restarted the host, and says how to go on. What a host printed appears
in comments alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from onramp.model.pain import Catalogue
from onramp.model.run import CommandRun, Report, StepRun
from onramp.reports.build import headline
from onramp.reports.form import shell_lines
from onramp.reports.formats import Logs, Reporter
from onramp.reports.ratings import is_relogin, is_restart
from onramp.text.sanitize import one_line, plain

_HEAD = """\
#!/bin/sh
# {headline}
# The commands of that run, in order, to run again on a host of the same kind, as the login
# user{user}.
# A line that ends in "|| true" failed in the run too; what cured it comes after it.
set -eu
part="${{1:-1}}"
"""
_GOES_ON = 'then go on with: sh $0 {number}"'
_NEW_LOGIN = f'echo "Now log out and in again, {_GOES_ON}'
_NEW_BOOT = f'echo "The host restarts now. Log in again, {_GOES_ON}'


def host(report: Report, catalogue: Catalogue, _logs: Logs) -> str:
    """The script of one host; where nothing was run it does nothing."""
    run = report.run
    user = f" ({_comment(run.user)})" if run.user else ""
    parts: list[list[str]] = [[]]
    for step in run.steps:
        _step(step, parts)
    parts[-1].append(":")
    lines = [_HEAD.format(headline=_comment(headline(run)), user=user)]
    for number, part in enumerate(parts, start=1):
        lines += [f'if [ "$part" -eq {number} ]; then', *part, "fi"]
    return "\n".join(lines) + "\n"


def _step(step: StepRun, parts: list[list[str]]) -> None:
    performed = [*filter(shell_lines.is_performed, step.commands)]
    if performed:
        parts[-1].append(f"\n# --- {_comment(step.id)}: {_comment(step.title)}")
    for command in performed:
        number = len(parts) + 1
        if is_restart(command.shown):  # the script ends with the host
            parts[-1] += [_NEW_BOOT.format(number=number), *_command(command)]
            parts.append([])
        elif is_relogin(command.shown, command.script):
            parts[-1].append(_NEW_LOGIN.format(number=number))
            parts.append([])
        else:
            parts[-1].extend(_command(command))


def _command(command: CommandRun) -> Iterator[str]:
    line = shell_lines.line(command)
    if not line:
        yield f"# done from outside: {_comment(command.shown)}"
        return
    if plain(line) != line:
        yield f"# left out, as not all of it can be seen: {_comment(command.shown)}"
        return
    why = f"{command.role} for {command.pain}: " if command.pain else ""
    if why or command.shown.strip().removeprefix("sudo ") not in line:
        yield f"# {_comment(why + command.shown)}"
    fate = "was cut off" if command.exit_code is None else f"ended with {command.exit_code}"
    yield line if command.exit_code == 0 else f"{line} || true  # {fate}"


def _comment(words: str) -> str:
    """Any text on one line, so that it stays a comment."""
    return one_line(words, 300)


SCRIPT = Reporter(id="script", host_file="reproduce.sh", host=host, executable=True)
