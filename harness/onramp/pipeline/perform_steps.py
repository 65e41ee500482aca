"""The plan, performed: its steps in order, planned anew where a cure asks for it, and what is
measured beside them."""

from __future__ import annotations

from contextlib import suppress

from msgspec.structs import replace

from onramp import journey
from onramp.config.parse_settings import overlaid
from onramp.errors import LinkError
from onramp.evidence import event_lines, events
from onramp.journey import Plan, install
from onramp.journey.survey import system
from onramp.model.facts import Facts
from onramp.model.run import HostStatus
from onramp.model.step import PROVISION, Step, StepStatus
from onramp.pipeline import lease, step_runner, try_requirements
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.plan_steps import announce, situation, write_versions
from onramp.pipeline.survey_host import probe, read

OURS = ("copy-stack", "find-stack")  # after these the stack is known to be ours to take down
REPLANS = 3  # of one step


def perform(session: HostSession, plan: Plan) -> HostStatus:
    """Every step in turn; after one has failed, only the tear-down of a stack that is ours."""
    options = session.run.options
    failed = ours = False
    try:
        for step_id in journey.planned(options.scope, keep=options.keep, reboot=session.reboot):
            step = journey.step(step_id, plan)
            if failed and not (step.always and ours):
                continue
            session.prepare(step_id)
            if failed:  # nothing is started again to be looked at
                step = replace(step, verify=())
            status, plan = _perform(session, step, plan)
            failed |= status == "failed"
            ours |= step_id in OURS and status != "failed"
            if step_id == "verify" and not failed:
                _try_requirements(session)
        if options.purge and not failed:
            failed = _purge(session, plan)
        _measure_cpu(session)
    finally:
        write_versions(session, plan.facts)
    return "failed" if failed else "passed"


def _perform(session: HostSession, step: Step, plan: Plan) -> tuple[StepStatus, Plan]:
    """One step; a cure may have the rest planned anew, beginning with this step."""
    session.step = step.id
    lease.hold(session)
    for _ in range(REPLANS):
        done = step_runner.perform(session, step, situation(plan))
        if done.settings is not None:
            plan = replace(plan, settings=overlaid(plan.settings, done.settings))
            announce(session, plan)
        session.changed |= done.status == "changed"
        if done.status == "changed" and step.id in PROVISION:
            plan = replace(plan, facts=_surveyed_again(session, plan.facts))
        if done.settings is None:
            return done.status, plan
        if "docker.method" in done.settings and step.id != "install-engine":
            # the engine may be another one now, or gone
            status, plan = _perform(session, journey.step("install-engine", plan), plan)
            if status == "failed":
                return status, plan
        step = journey.step(step.id, plan)
    return "failed", plan


def _surveyed_again(session: HostSession, before: Facts) -> Facts:
    """The facts after a change; what is new is written down, for whoever reads the events."""
    seen = read(session, probe(session))
    old, new = event_lines.fields(before), event_lines.fields(seen)
    changed = {name: value for name, value in new.items() if value != old.get(name)}
    session.evidence.append(events.Resurvey(changed=changed))
    return seen


def _purge(session: HostSession, plan: Plan) -> bool:
    """Takes the engine away again that Onramp installed; whether that failed."""
    status, _ = _perform(session, install.purge(plan), plan)
    if status == "satisfied":
        session.note("Onramp installed no engine here (or it is gone): nothing was removed")
    return status == "failed"


def _try_requirements(session: HostSession) -> None:
    """What a team needs, tried beside the stack; a defect of ours there ends no run."""
    if not session.run.options.requirements:
        return
    try:
        try_requirements.measure(session)
    except (LinkError, Interrupted):
        raise
    except Exception as error:
        session.fault(error)


def _measure_cpu(session: HostSession) -> None:
    """How busy the host was, for whoever compares seconds; not asked where nothing was done."""
    if not session.changed:
        return
    with suppress(LinkError):  # all that was asked for is done
        seen = system.cpu(session.connection.run(system.ASK_CPU).stdout)
        if seen:
            session.evidence.append(events.Cpu(**seen))
