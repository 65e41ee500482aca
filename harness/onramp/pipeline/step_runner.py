"""Performs one step on one host: the only retry loop.

Runs the step's actions in order; a failure is diagnosed, decided on and, where a remedy may run,
repaired; then the step is tried again. Everything seen is evidence before the next thing is done.

How long that goes on is bounded. A step waits within its budget. It repairs each pain point once,
and a remedy whose own command fails is diagnosed like any other failure: so remedies nest at most
as deep as there are pain points with a remedy, each level having used up its own.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onramp.diagnosis import findings, matching
from onramp.diagnosis.decisions import Continue, Decision, Repair, Stop, Wait, decide
from onramp.evidence import events
from onramp.evidence.attempts import StepOutputs
from onramp.model.action import Action, Command, Outcome, Restart, Role, Upload
from onramp.model.pain import Finding, Situation
from onramp.model.step import Attempt, Step, StepStatus
from onramp.pipeline import actions
from onramp.pipeline.actions import LinkLost
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.step_session import StepSession, since


class Next(enum.Enum):
    """What follows an action; the first three are also how a remedy may end (RemedyPlan.then)."""

    AGAIN = "again"  # the step from its first action on; in a remedy, the action that failed
    CONTINUE = "continue"  # with the action after it
    REPLAN = "replan"  # the step has done what it could; the rest is planned anew
    STOP = "stop"  # the step has failed


class Done(Struct, frozen=True):
    """What became of a step. `settings`: laid over the host's for the rest of the journey."""

    status: StepStatus
    settings: Mapping[str, Any] | None = None


def perform(host: HostSession, step: Step, situation: Situation) -> Done:
    """The step, from check to verify. Raises LinkError and Interrupted."""
    session = StepSession(host, step, replace(situation, step=step.id), StepOutputs(step.id))
    host.evidence.append(
        events.StepEvent(id=step.id, title=step.title, documented=step.documented, state="started")
    )
    done = Done("failed")
    try:
        holds = step.holds and step.holds(situation.facts)
        done = Done("satisfied") if holds else _until_done(session)
    finally:
        idle = done.status == "satisfied" and not session.outputs.earlier
        attempts = 0 if idle else session.number
        host.finish(step.id, done.status, since(session.began), attempts=attempts)
    return done


def _until_done(session: StepSession) -> Done:
    """Action after action, from the first again after a repair, until one says how it ends."""
    position, todo = 0, session.step.actions
    while position < len(todo):
        follows = _perform(session, position, *todo[position])
        if follows is Next.STOP:
            return Done("failed")
        if follows is Next.REPLAN:
            session.close()
            return Done("changed", session.settings)
        position = position + 1 if follows is Next.CONTINUE else 0
    session.close()
    return Done("changed" if session.changed or session.tried else "satisfied")


def _perform(session: StepSession, position: int, role: Role, action: Action) -> Next:
    try:
        outcome, log = actions.perform(session, role, action)
        if not outcome.ok:
            session.failed_at = position
            session.spent_s += outcome.seconds
            return _handle(session, _attempt(session, role, outcome, log))
    except LinkLost:
        actions.reconnect(session)
        return Next.AGAIN
    session.changed |= role == "apply" and isinstance(action, (Command, Restart, Upload))
    session.outputs.passed(role, outcome)
    if position >= session.failed_at:
        session.close()
    return Next.CONTINUE


def _attempt(session: StepSession, role: Role, outcome: Outcome, log: str) -> Attempt:
    """The failure with its context: what the step's own logs say, and what was seen before."""
    before = session.outputs.before()
    step = session.step
    context = tuple(actions.perform(session, "probe", command)[0] for command in step.context)
    return Attempt(step.id, session.number, role, outcome, log, context=(*context, *before))


def _handle(session: StepSession, attempt: Attempt) -> Next:
    """Diagnose, decide, act."""
    began = time.monotonic() - attempt.outcome.seconds
    seen, decision = session.host.diagnosed(lambda: _diagnose(session, attempt))
    if not seen:
        unexplained = findings.unexplained(attempt)
        session.host.evidence.append(unexplained)
        return Next.STOP
    if isinstance(decision, Stop):
        decision = _with_leave(session, decision, seen[0])
    if isinstance(decision, Stop):
        session.settle(replace(decision.finding or seen[0], seconds_lost=since(began)))
        return Next.STOP
    if isinstance(decision, Continue):
        session.settle(replace(decision.finding, seconds_lost=since(session.began)))
        return Next.CONTINUE
    session.meet(decision.finding)
    follows = _wait(session, decision) if isinstance(decision, Wait) else _repair(session, decision)
    session.lose(decision.finding.pain, began)
    session.number += 1
    return follows


def _diagnose(session: StepSession, attempt: Attempt) -> tuple[tuple[Finding, ...], Decision]:
    """Findings, the leading one first, and what to do. Raises PainPointFault."""
    pains, options = session.host.pains, session.host.run.options
    found = matching.matches(attempt, pains)
    probes = {
        match.pain.id: actions.perform(session, "probe", match.pain.probe, match.pain.id)[0]
        for match in found
        if match.pain.probe
    }
    situation = replace(session.situation, attempt=attempt)
    seen = findings.findings(attempt, found, probes, situation)
    if seen:
        situation = replace(situation, probe=probes.get(seen[0].pain))
    decision = decide(
        seen, pains, situation, tried=session.tried, allow=options.allow, left_s=session.left_s
    )
    if not options.remedies and isinstance(decision, (Repair, Wait)):
        finding = replace(decision.finding, outcome="unresolved")
        return seen, Stop(finding, "remedies are off")
    return seen, decision


def _with_leave(session: StepSession, stop: Stop, finding: Finding) -> Decision:
    """An `ask` remedy runs where somebody at the terminal says yes."""
    host = session.host
    prompts = host.run.prompts
    if stop.ask is None or prompts is None or not host.run.options.remedies:
        return stop
    remedy = host.pains[finding.pain].remedy
    if remedy and prompts.remedy(host.host.name, finding, remedy.summary):
        return Repair(finding, stop.ask)
    return stop


def _wait(session: StepSession, wait: Wait) -> Next:
    session.sleep(wait.seconds)
    return Next.AGAIN


def _repair(session: StepSession, repair: Repair) -> Next:
    """Performs the cure; from now on this pain point is not repaired again in this step."""
    finding, cure = repair.finding, repair.cure
    session.tried.add(finding.pain)
    try:
        cured = all(_cured(session, finding.pain, action) for action in cure.actions)
    except LinkLost:
        session.tried.discard(finding.pain)  # it never ran to its end: it has leave again
        raise
    if not cured:
        session.settle(replace(finding, outcome="unresolved"))
        return Next.STOP
    if cure.wait_s:
        session.sleep(cure.wait_s)
    if cure.then == "replan":
        session.settings = {**session.settings, **cure.settings}
    return Next(cure.then)


def _cured(session: StepSession, pain: str, action: Action) -> bool:
    """One action of a remedy; where it fails, that failure is diagnosed like any other."""
    action = _unattended(action, session.situation)
    for _ in range(2):
        outcome, log = actions.perform(session, "remedy", action, pain)
        session.count(pain, (action.shown,) if outcome.ok else ())
        if outcome.ok:
            return True
        before = set(session.open)
        follows = _handle(session, _attempt(session, "remedy", outcome, log))
        for other in session.open.keys() - before:  # what really cured it
            session.count(pain, session.open[other].remedy_commands, more=0)
        if follows is not Next.AGAIN:
            return follows is Next.CONTINUE
    return False


def _unattended(action: Action, situation: Situation) -> Action:
    """Root's part of a remedy may install something: nobody is there to be asked."""
    if not isinstance(action, Command) or not action.as_root or situation.platform is None:
        return action
    return replace(action, env={**situation.platform.package_manager.env, **action.env})
