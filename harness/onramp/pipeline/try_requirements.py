"""Asks a host, one requirement after the other, for what a team needs of a deployment tool.

Beside the journey, not a step of it: nothing here is a newcomer's doing, so no second and no
failure of a probe counts in a step, a rating or a host's status. What a probe said is evidence.
"""

from __future__ import annotations

import secrets
import threading

from onramp.errors import LinkError
from onramp.evidence import EventLog, replay
from onramp.journey import requirement_probes as probes
from onramp.model.action import Command, Outcome
from onramp.model.pain import Evidence
from onramp.model.run import RequirementRun, RequirementStatus
from onramp.model.stack import Requirement, Stack
from onramp.pipeline import step_runner
from onramp.pipeline.step_runner import Interrupted
from onramp.remote import Connection
from onramp.text.excerpt import excerpt
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line, plain

_TAIL = 8000  # characters in which the last line is looked for
_LAST_LINE = 300


def measure(stack: Stack, link: Connection, evidence: EventLog, cancel: threading.Event) -> float:
    """Every requirement of a deployed stack, each written down; the seconds spent on the host.

    Raises Interrupted, and LinkError where a lost connection does not come back.
    """
    if not stack.requirements:
        return 0.0
    evidence.append("progress", text=f"tries {len(stack.requirements)} requirements")
    token = secrets.token_hex(4)
    return sum(_one(r, stack, token, link, evidence, cancel) for r in stack.requirements)


def _one(
    requirement: Requirement,
    stack: Stack,
    token: str,
    link: Connection,
    evidence: EventLog,
    cancel: threading.Event,
) -> float:
    if cancel.is_set():
        raise Interrupted
    command = probes.probe(requirement, stack, token)
    outcome = _performed(link, command)
    log = evidence.log("requirement", requirement.id, outcome, command.script)
    evidence.append("requirement", **replay.fields(verdict(requirement, outcome, log)))
    if outcome.cut == "cancelled" or cancel.is_set():  # told to end, it cleans up on its own
        raise Interrupted
    if outcome.cut == "link-lost":
        evidence.append("note", text=f"the connection was lost: {requirement.id} is not measured")
        step_runner.reopen(link, cancel)
    if outcome.exit_code is None:
        _swept(probes.sweep(requirement, stack, token), link, evidence)
    return outcome.seconds


def _performed(link: Connection, command: Command) -> Outcome:
    """A probe that could not even begin is an outcome too: nothing was measured."""
    try:
        return link.run(command)
    except LinkError as error:
        said = "\n".join(part for part in (error.details, error.brief) if part)
        return Outcome(command.shown, None, stderr=said, cut="link-lost")


def _swept(command: Command, link: Connection, evidence: EventLog) -> None:
    """What was cut off was kept from cleaning up."""
    outcome = link.run(command)
    evidence.log("requirement", "sweep", outcome, command.script)
    if not outcome.ok:
        evidence.append("note", text=f"this failed, so it may still be there: {command.shown}")


def verdict(requirement: Requirement, outcome: Outcome, log: str) -> RequirementRun:
    """What a probe's ending says of the host. Pure."""
    return RequirementRun(
        id=requirement.id,
        title=requirement.title,
        why=requirement.why,
        status=_status(outcome.exit_code),
        because=_because(requirement, outcome),
        evidence=Evidence(outcome.command, outcome.exit_code, excerpt(outcome.text), log),
        seconds=round(outcome.seconds, 3),
    )


def _status(exit_code: int | None) -> RequirementStatus:
    if exit_code == 0:
        return "met"
    return "untestable" if exit_code in (None, probes.UNTESTABLE) else "missing"


def _because(requirement: Requirement, outcome: Outcome) -> str:
    if outcome.cut in ("timeout", "silence"):
        return f"it was not done within {duration(requirement.timeout_s)}"
    if outcome.cut == "link-lost":
        return "the connection was lost meanwhile"
    if outcome.exit_code is None:
        return "it was interrupted"
    lines = plain(outcome.text[-_TAIL:]).splitlines()
    said = next((line for line in reversed(lines) if line.strip()), "")
    silent = f"the probe said nothing and ended with exit code {outcome.exit_code}"
    return one_line(said, _LAST_LINE) or ("" if outcome.ok else silent)
