"""Facts -> a plan, announced; what the facts alone give away; and --check, which runs nothing."""

from __future__ import annotations

from onramp import journey
from onramp.diagnosis import findings
from onramp.evidence import events
from onramp.journey import Plan, methods
from onramp.model.facts import Facts
from onramp.model.pain import Situation
from onramp.model.platform import Platform
from onramp.model.run import HostStatus
from onramp.model.settings import told
from onramp.model.unknown import known
from onramp.pipeline import mirror_use
from onramp.pipeline.host_session import HostSession


def plan_steps(session: HostSession, facts: Facts, platform: Platform) -> Plan:
    """What is to be done on this host, announced step by step."""
    options = session.run.options
    platform = mirror_use.pointed(session, facts, platform)
    plan = Plan(
        facts, platform, session.stack, session.host.settings, options.scope, session.reboot
    )
    session.plan = plan
    announce(session, plan)
    for text in journey.remarks(plan):
        session.note(text)
    return plan


def announce(session: HostSession, plan: Plan) -> None:
    """The steps as they are planned now; a later plan replaces what has not begun."""
    stages = (journey.CONNECT, journey.SURVEY, *journey.steps(plan, keep=session.run.options.keep))
    session.evidence.append(
        events.Plan(
            steps=tuple(events.PlannedStep(s.id, s.title, s.documented) for s in stages),
            method=methods.chosen(plan).id,
            settings=told(plan.settings),
        )
    )


def foresee(session: HostSession, plan: Plan) -> None:
    """Pain points the facts alone give away, before anything is changed."""
    here = situation(plan)
    for finding in session.diagnosed(lambda: findings.foreseen(here, session.pains)):
        session.found(finding)


def preview(session: HostSession, plan: Plan) -> HostStatus:
    """--check: what would be done; steps that hold already say so. Nothing is run."""
    for step in journey.steps(plan, keep=session.run.options.keep):
        holds = step.holds is not None and step.holds(plan.facts)
        for _, action in () if holds else step.actions:
            session.progress(f"{step.id}: would run: {action.shown}")
        session.finish(step.id, "satisfied" if holds else "planned", 0.0, attempts=0)
    write_versions(session, plan.facts)
    return "planned"


def situation(plan: Plan) -> Situation:
    """What pain points may look at, as long as nothing has failed."""
    return Situation(plan.facts, plan.settings, plan.platform, plan.stack)


def write_versions(session: HostSession, facts: Facts) -> None:
    """What of Docker the host has by now."""
    engine, compose, buildx = known(facts.engine), known(facts.compose), known(facts.buildx)
    session.evidence.append(events.Versions(engine=engine, compose=compose, buildx=buildx))
