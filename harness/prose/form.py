"""The evaluation form, filled in from what was measured: one function a section. Pure.

What only a person can say comes from the stack's own `reviewer` notes, and is marked as such;
what nobody has answered stays a question, marked `For a reviewer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from harness.model import Facts, HostRun, Report, StepRun, known
from harness.prose import typed
from harness.prose.markdown_text import bullets, code, fence, link, prose, table, text
from harness.prose.wording import counted, duration, listed, size
from harness.rating import is_relogin

METHODS: Final[Mapping[str, str]] = {
    "repository": "by the procedure of Docker's own package repository",
    "distribution": "from the distribution's packages",
    "present": "as it was found on the host; nothing was installed",
}
STAGE_TITLES: Final[Mapping[str, str]] = {
    "set_up": "Set-up",
    "task": "Task",
    "shut_down": "Shut-down, clean-up",
    "documentation": "Documentation",
}
_LINES = 40  # of one command in the procedure; the rest is in reproduce.sh


def overview(run: HostRun) -> str:
    """What was used, how it was configured, and how it was spoken to."""
    ask = _Reviewer(run.reviewer)
    commands = [command for step in run.steps for command in step.commands]
    how = METHODS.get(run.method)
    configured = f"the engine came {how}" if how and run.versions.get("engine") else "not reached"
    return bullets(
        [
            f"**Tools used:** {_tools(run)}; the stack is {code(run.stack)}.",
            f"**Host:** {host_line(run)}",
            f"**Configured:** {configured} (setting `docker.method`).",
            ask("configuration", "Why was it configured this way?"),
            "**Other ways to configure it:** `docker.method` is `repository`, `distribution` or "
            "`present`; `docker.daemon` is merged into `daemon.json`; `stack.env` reaches the "
            "build and the containers.",
            ask("mlops", "Where is this tool best applied in the MLOps infrastructure?"),
            f"**Ways of interaction:** the command line over SSH{_as(run)}; "
            f"{counted(len(commands), 'action')}, to be run again with "
            f"{link('reproduce.sh', 'reproduce.sh')}.",
        ]
    )


def _tools(run: HostRun) -> str:
    named = (("Docker Engine", "engine"), ("Compose", "compose"), ("Buildx", "buildx"))
    if not any(run.versions.values()):
        return "none came to run"
    return ", ".join(f"{name} {code(run.versions.get(key) or 'unknown')}" for name, key in named)


def host_line(run: HostRun) -> str:
    """The host in one line, of what is known about it."""
    facts = run.facts or Facts()
    parts = [text(str(facts.os_pretty)) if facts.os_pretty else "operating system unknown"]
    if facts.arch:
        parts.append(code(str(facts.arch)))
    if facts.init:
        parts.append(f"started by {code(str(facts.init))}")
    if facts.kernel:
        parts.append(f"kernel {code(str(facts.kernel))}")
    memory = known(facts.memory_bytes)
    if memory:
        parts.append(f"{size(memory)} memory")
    if facts.virtualization:
        parts.append(f"in {code(str(facts.virtualization))}")
    return f"{', '.join(parts)}; address {code(run.address)}."


def procedure(run: HostRun) -> str:
    """The way that was gone: a table of steps, then what was typed at each of them."""
    if not run.steps:
        return "No step was begun."
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
    head = ["Step", "What", "Status", "Took", "Attempts"]
    before: set[str] = set()
    stages = [stage for stage in (_stage(step, before) for step in run.steps) if stage]
    return "\n\n".join([table(head, rows), *stages])


def requirements(run: HostRun) -> str:
    """What this host had to bring, and the questions about requirements."""
    ask = _Reviewer(run.reviewer)
    commands = [command for step in run.steps for command in step.commands]
    as_root = sum(command.as_root for command in commands)
    logins = sum(is_relogin(command.shown, command.script) for command in commands)
    facts = run.facts or Facts()
    measured = []
    if commands:
        again = f", and {counted(logins, 'new login')}" if logins else ""
        measured.append(f"**Needed here:** {counted(as_root, 'command')} as root{again}.")
    free = known(facts.disk_free_bytes)
    if free:
        rooms = listed(f"{code(path)} {size(count)}" for path, count in free.items())
        measured.append(f"**Free disk before:** {rooms}.")
    measured += [
        f"**Detached mode:** {code('docker compose up -d')} gave the prompt back after "
        f"{duration(step.seconds)}."
        for step in run.steps
        if step.id == "up" and step.status == "changed"
    ]
    if run.counter:
        measured.append(f"**State:** the counter read {text(', '.join(map(str, run.counter)))}.")
    return bullets(
        [
            *measured,
            ask("requirements", "Does the tool meet the requirements needed for MLOps innately?"),
            ask("missing", "If requirements are missing, can other tools or development add them?"),
            ask("compatibility", "Is the tool compatible with other planned infrastructure?"),
        ]
    )


def ratings(report: Report) -> str:
    """Measured beside reviewed, each lost point named."""
    rows = []
    for name, rating in report.ratings.items():
        because = "; ".join(prose(reason) for reason in rating.because)
        measured = "not rated" if rating.measured is None else f"**{rating.measured}**"
        reviewer = "-" if rating.reviewer is None else str(rating.reviewer)
        nothing = "nothing got in the way" if rating.measured == 10 else "nothing to go by"
        rows.append([STAGE_TITLES.get(name, text(name)), measured, reviewer, because or nothing])
    return table(["1-10", "Measured", "Reviewer", "Points lost"], rows)


def section(sentences: Iterable[str], run: HostRun, key: str, question: str) -> str:
    """Strengths, weaknesses or concerns: measured ones, then the reviewer's."""
    return bullets([*map(prose, sentences), _Reviewer(run.reviewer)(key, question)])


class _Reviewer:
    """What a person said about a stack, or the question still open."""

    def __init__(self, notes: Mapping[str, Any]) -> None:
        self._notes = notes

    def __call__(self, key: str, question: str) -> str:
        said = self._notes.get(key)
        said = said if isinstance(said, (list, tuple)) else [said] if said else []
        if not said:
            return f"_For a reviewer:_ {question}"
        return f"_A reviewer:_ {' '.join(text(str(line), 2000) for line in said)}"


def _as(run: HostRun) -> str:
    return f" as {code(run.user)}" if run.user else ""


def _status(step: StepRun) -> str:
    note = f" ({text(step.note)})" if step.note else ""
    return (f"**{step.status}**" if step.status == "failed" else step.status) + note


def _stage(step: StepRun, before: set[str]) -> str:
    """One step: what the documentation says, and what was really typed.

    `before` holds the exports and the folder of the shell typed into so far.
    """
    lines = [*_typed(step, before)]
    if not lines and step.status != "planned":
        return ""
    parts = [f"### {text(step.title)}"]
    if step.documented:
        parts.append(f"The documentation says: {listed(map(code, step.documented))}.")
    if lines:
        parts += ["What was done (after `#`: no command to type):", fence("\n".join(lines), "sh")]
    return "\n\n".join(parts)


def _typed(step: StepRun, before: set[str]) -> Iterator[str]:
    """The lines of a step, with how a command ended where that was not well."""
    for command in step.commands:
        if command.role not in typed.PERFORMED_ROLES:
            continue
        if is_relogin(command.shown, command.script):
            before.clear()
        yield from (line for line in typed.surroundings(command) if line not in before)
        before.update(typed.surroundings(command))
        lines = typed.shown(command)
        yield from lines[:_LINES]
        if len(lines) > _LINES:
            yield f"# … {len(lines) - _LINES} more lines, in reproduce.sh"
        if command.exit_code != 0:
            yield f"#   {ended(command.exit_code)} in {duration(command.seconds)}"


def ended(exit_code: int | None) -> str:
    """How a command ended, in words."""
    return "gave no exit code" if exit_code is None else f"ended with exit code {exit_code}"
