"""Performs one action of a step, and writes down what came of it before anything else is done."""

from __future__ import annotations

import threading
import time

from onramp.diagnosis import findings
from onramp.errors import LinkError
from onramp.evidence import events
from onramp.model.action import Action, Check, Command, Outcome, Relogin, Restart, Role, Upload
from onramp.model.step import Attempt
from onramp.pipeline import checks
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.restart import restart
from onramp.pipeline.step_session import StepSession, since
from onramp.remote import Connection
from onramp.text.excerpt import excerpt

RECONNECT_S = 30.0  # how long a lost link is tried again
LOSSES = 3  # a link lost more often than this in one step is given up
REFUSALS = ("auth", "host-key")  # answers that trying again does not change


class LinkLost(Exception):
    """The connection went away under an action, whatever the action was for."""


def perform(step: StepSession, role: Role, action: Action, pain: str = "") -> tuple[Outcome, str]:
    """One action and its log's path; `pain` is whose remedy or probe it is.

    Raises Interrupted, LinkLost where logging in again may help, and LinkError where it may not.
    """
    cancel = step.host.run.cancel
    if cancel.is_set():
        raise Interrupted
    outcome = _outcome(step.host, action)
    step.host.spent(outcome)
    log = _write(step, role, action, outcome, pain)
    if outcome.cut == "cancelled" and outcome.as_root:  # sshd passes no signal on to root's
        step.host.note(f"left running on the host: {action.shown}")
    if outcome.cut == "cancelled" or cancel.is_set():
        raise Interrupted
    if outcome.cut == "link-lost":
        raise LinkLost
    if role != "probe":
        _remark(step, Attempt(step.step.id, step.number, role, outcome, log))
    return outcome, log


def _outcome(host: HostSession, action: Action) -> Outcome:
    """What came of it; a link that was lost meanwhile is an outcome too."""
    began = time.monotonic()
    try:
        if isinstance(action, Command):
            return host.connection.run(action)
        if isinstance(action, Upload):
            return host.connection.upload(action)
        if isinstance(action, Restart):
            return restart(host, action)
        if isinstance(action, Check):
            return checks.perform(action, host.connection, host.check_memory, host.evidence)
        host.connection.reopen()
        return Outcome(action.shown, 0, seconds=since(began))
    except LinkError as error:
        if not _may_come_back(error, action):
            raise
        words, seconds = error.details, since(began)
        return Outcome(action.shown, None, stderr=words, seconds=seconds, cut="link-lost")


def _write(step: StepSession, role: Role, action: Action, outcome: Outcome, pain: str) -> str:
    sensitive = isinstance(action, Command) and action.sensitive
    host, shown = step.host, action.shown
    log = "" if sensitive else host.log(step.step.id, role, outcome, shown)
    host.evidence.append(
        events.CommandEvent(
            step=step.step.id,
            role=role,
            attempt=step.number,
            pain=pain,
            shown=shown,
            script="" if sensitive else getattr(action, "script", ""),
            env=dict(getattr(action, "env", {})),
            as_root=outcome.as_root,
            exit_code=outcome.exit_code,
            cut=outcome.cut,
            seconds=round(outcome.seconds, 3),
            log=log,
            excerpt="" if sensitive or outcome.ok else excerpt(outcome.text),
        )
    )
    return log


def _remark(step: StepSession, attempt: Attempt) -> None:
    """Warnings, each noted once on a host."""
    host = step.host
    for finding in findings.remarks(attempt, host.pains):
        if finding.pain not in host.remarked and finding.pain not in step.open:
            host.remarked.add(finding.pain)
            host.found(finding)


def reconnect(step: StepSession) -> None:
    """A lost link is tried again for a while; what ran on the host may still be running.

    Raises LinkError where it stays away, or goes away again and again.
    """
    host, where = step.host, step.step.id
    host.note(
        f"the connection was lost during {where}; a command of ours may still "
        "be running on the host (a package lock held now may be our own)"
    )
    step.losses += 1
    if step.losses > LOSSES:
        raise LinkError(f"the connection was lost {step.losses} times during {where}")
    step.number += 1
    step.outputs.before()
    began = time.monotonic()
    reopen(host.connection, host.run.cancel)
    step.spent_s += since(began)
    host.note(f"the connection is back: {where} is tried again")


def reopen(connection: Connection, cancel: threading.Event) -> None:
    """Log in again, for a while also to a host that does not answer yet.

    Raises LinkError where it stays away or lets nobody in, and Interrupted.
    """
    deadline = time.monotonic() + RECONNECT_S
    pause_s = 1.0
    while True:
        try:
            connection.reopen()
            return
        except LinkError as error:
            if cancel.wait(pause_s):
                raise Interrupted from None
            if error.kind in REFUSALS or time.monotonic() > deadline:
                raise
        pause_s = min(pause_s * 2, 4.0)


def _may_come_back(error: LinkError, action: Action) -> bool:
    """Whether the link is merely gone. A host that will not let us in, or opens no session, is not
    asked again; logging in anew may find it unreachable for a moment."""
    if isinstance(action, Relogin):
        return error.kind not in REFUSALS
    return error.kind == "lost"
