"""Logs in to a host, and waits for one that may only be booting still.

What goes wrong is written down: LinkError is raised where there is no login, and
`connection_failed` says what that shows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from msgspec.structs import replace

from onramp import journey
from onramp.diagnosis import decisions, findings, matching
from onramp.errors import LinkError
from onramp.evidence import events
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Finding, Situation
from onramp.model.step import ARRIVAL, Attempt
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.remote.connection import open_ssh


def connect(session: HostSession) -> None:
    """Logs in. Raises LinkError and Interrupted."""
    session.prepare(journey.CONNECT.id)
    session.begin(journey.CONNECT)
    run, began = session.run, time.monotonic()
    ask = run.prompts.yes if run.prompts else None
    waited: Finding | None = None
    number = 1
    while session.opened is None:
        host = session.host
        try:
            session.opened = open_ssh(
                host,
                host.settings,
                cancel=run.cancel,
                ask=ask,
                aside=session.aside,
                endpoint=run.endpoints.get(host.name),
            )
        except LinkError as error:
            if run.cancel.is_set():
                raise Interrupted from None
            waited = _waited(session, error, number)
            number += 1
    seconds = round(time.monotonic() - began, 3)
    with session.evidence.together():
        session.evidence.append(events.Connected(seconds=seconds))
        if waited:
            session.found(replace(waited, outcome="remedied", seconds_lost=seconds))
        session.finish(journey.CONNECT.id, "satisfied", seconds)


def _waited(session: HostSession, error: LinkError, number: int) -> Finding:
    """A host that may only be booting still is waited for; otherwise the error stands."""
    attempt = _attempt(session, error, number)
    seen = recognise(session, attempt)
    situation = replace(_bare_situation(session), attempt=attempt)
    move = session.diagnosed(
        lambda: decisions.decide(
            seen, session.pains, situation,
            tried=(), allow=(), left_s=session.host.settings.timeouts.wait,
        )
    )  # fmt: skip
    if not isinstance(move, decisions.Wait) or not session.run.options.remedies:
        raise error
    _write(session, attempt)
    session.found(move.finding)
    with session.aside():
        if session.run.cancel.wait(move.seconds):
            raise Interrupted
    return move.finding


def connection_failed(session: HostSession, error: LinkError) -> None:
    """No login, or the link was lost: a finding like any other, with the tool's own words."""
    attempt = _attempt(session, error, 1)
    seen = recognise(session, attempt)
    _write(session, attempt)
    conclude(session, attempt, seen)
    if error.resolution:
        session.note(error.resolution)
    if session.step in ARRIVAL:  # a planned one was finished where it broke off
        session.finish(session.step, "failed", 0.0)


def _attempt(session: HostSession, error: LinkError, number: int) -> Attempt:
    """A connection that failed, in the SSH library's own words."""
    host = session.host
    login = f"{host.user}@" if host.user else ""
    port = f"-p {host.port} " if host.port != 22 else ""
    shown = f"ssh {port}{login}{host.address}"
    words = "\n".join(part for part in (error.details, error.brief) if part)
    outcome = Outcome(shown, 255, stderr=words)
    log = session.log(session.step, "try", outcome, shown)
    return Attempt(session.step, number, "try", outcome, log)


def _write(session: HostSession, attempt: Attempt) -> None:
    session.evidence.append(events.CommandEvent(
        step=attempt.step, role="try", attempt=attempt.number,
        shown=attempt.outcome.command, script="", as_root=False, exit_code=255, seconds=0.0,
        log=attempt.log, excerpt=attempt.outcome.stderr,
    ))  # fmt: skip


def _bare_situation(session: HostSession) -> Situation:
    """Before anything is known of the host."""
    return Situation(Facts(), session.host.settings, stack=session.stack, step=session.step)


def recognise(session: HostSession, attempt: Attempt) -> tuple[Finding, ...]:
    """What diagnosis finds where nothing is known of the host and no probe can be run."""

    def found() -> tuple[Finding, ...]:
        matches = matching.matches(attempt, session.pains)
        return findings.findings(attempt, matches, {}, _bare_situation(session))

    return session.diagnosed(found)


def conclude(session: HostSession, attempt: Attempt, seen: Sequence[Finding]) -> None:
    """The cause, for a person to act on; or that there is none to name."""
    if seen:
        session.found(replace(seen[0], outcome="needs-human"))
    else:
        session.evidence.append(findings.unexplained(attempt))
