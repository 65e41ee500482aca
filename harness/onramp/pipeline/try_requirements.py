"""Asks a host, one requirement after the other, for what a team needs of a deployment tool.

Beside the journey, not a step of it: nothing here is a newcomer's doing, so no second and no
failure of a probe counts in a step, a rating or a host's status. What a probe said is evidence.
"""

from __future__ import annotations

import secrets

from onramp.errors import LinkError
from onramp.journey import requirement_probes as probes
from onramp.model.action import Command, Outcome
from onramp.model.pain import Evidence
from onramp.model.run import RequirementRun, RequirementStatus
from onramp.model.stack import Requirement
from onramp.pipeline.actions import reopen
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.remote import Connection
from onramp.text.excerpt import excerpt
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line, plain

_TAIL = 8000  # characters in which the last line is looked for
_LAST_LINE = 300


def measure(session: HostSession) -> None:
    """Every requirement of the deployed stack, each written down.

    Raises Interrupted, and LinkError where a lost connection does not come back.
    """
    requirements = session.stack.requirements
    if not requirements:
        return
    session.progress(f"tries {len(requirements)} requirements")
    token = secrets.token_hex(4)
    for requirement in requirements:
        _one(session, requirement, token)


def _one(session: HostSession, requirement: Requirement, token: str) -> None:
    link, evidence, cancel = session.connection, session.evidence, session.run.cancel
    if cancel.is_set():
        raise Interrupted
    command = probes.probe(requirement, session.stack, token)
    outcome = _performed(link, command)
    session.spent(outcome)
    log = session.log("requirement", requirement.id, outcome, command.script)
    evidence.append(verdict(requirement, outcome, log))
    if outcome.cut == "cancelled" or cancel.is_set():  # told to end, it cleans up on its own
        raise Interrupted
    if outcome.cut == "link-lost":
        session.note(f"the connection was lost: {requirement.id} is not measured")
        reopen(link, cancel)
    if outcome.exit_code is None:
        _sweep(session, probes.sweep(requirement, session.stack, token))


def _performed(link: Connection, command: Command) -> Outcome:
    """A probe that could not even begin is an outcome too: nothing was measured."""
    try:
        return link.run(command)
    except LinkError as error:
        said = "\n".join(part for part in (error.details, error.brief) if part)
        return Outcome(command.shown, None, stderr=said, cut="link-lost")


def _sweep(session: HostSession, command: Command) -> None:
    """What was cut off was kept from cleaning up."""
    outcome = session.connection.run(command)
    session.log("requirement", "sweep", outcome, command.script)
    if not outcome.ok:
        session.note(f"this failed, so it may still be there: {command.shown}")


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
