"""The way that was gone: what to type, a table of steps, then what was really done. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from onramp.model.run import HostRun, StepRun
from onramp.reports.document import Part
from onramp.reports.form import by_hand, shell_lines
from onramp.reports.ratings import begins_a_login
from onramp.text.humanize import duration, listed
from onramp.text.markdown import code, fence, table, text

STEPS = "What was done, step by step"
_ALL = (
    "Everything, failed attempts and Onramp's own looks included; after a `#` there is nothing to "
    "type."
)
_LINES = 40  # of one command; the rest is in reproduce.sh


def procedure(run: HostRun) -> tuple[Part, ...]:
    """What to type by hand first; then every step as it really went, failures too."""
    if not run.steps:
        return (Part("No step was begun."),)
    parts = [_steps(run)]
    before: set[str] = set()
    stages = [stage for stage in (_stage(step, before) for step in run.steps) if stage]
    if stages:
        parts.append(_ALL)
        parts += stages
    below = Part("\n\n".join(parts), STEPS, "steps")
    heading = by_hand.title(run)
    return (Part(by_hand.section(run), heading), below) if heading else (below,)


def heading_of(step: StepRun) -> str:
    """The heading of a step's own part; empty where it has none."""
    return step.title if any(map(shell_lines.is_performed, step.commands)) else ""


def _steps(run: HostRun) -> str:
    rows = [
        [
            code(step.id),
            text(step.title),
            _status(step),
            duration(step.seconds) if step.seconds else "-",
            str(step.attempts or "-"),
        ]
        for step in run.steps
    ]
    return table(["Step", "What", "Status", "Took", "Attempts"], rows)


def _status(step: StepRun) -> str:
    note = f" ({text(step.note)})" if step.note else ""
    return (f"**{step.status}**" if step.status == "failed" else step.status) + note


def _stage(step: StepRun, before: set[str]) -> str:
    """One step: what the documentation says, and what was really typed.

    `before` holds the exports and the folder of the shell typed into so far.
    """
    lines = [*_typed(step, before)]
    if not lines:
        return ""
    parts = [f"#### {text(step.title)}"]
    if step.documented:
        parts.append(f"Documented: {listed(map(code, step.documented))}.")
    return "\n\n".join([*parts, fence("\n".join(lines), "sh")])


def _typed(step: StepRun, before: set[str]) -> Iterator[str]:
    """The lines of a step, with how a command ended where that was not well."""
    for command in filter(shell_lines.is_performed, step.commands):
        if begins_a_login(command.shown, command.script):
            before.clear()
        yield from (line for line in shell_lines.surroundings(command) if line not in before)
        before.update(shell_lines.surroundings(command))
        lines = shell_lines.shown(command)
        yield from lines[:_LINES]
        if len(lines) > _LINES:
            yield f"# … {len(lines) - _LINES} more lines, in reproduce.sh"
        if command.exit_code != 0:
            yield f"#   {ended(command.exit_code)} in {duration(command.seconds)}"


def ended(exit_code: int | None) -> str:
    """How a command ended, in words."""
    return "gave no exit code" if exit_code is None else f"ended with exit code {exit_code}"
