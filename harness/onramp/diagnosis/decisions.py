"""Findings -> how to go on after a failed attempt. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from onramp.diagnosis.findings import guarded
from onramp.model.pain import Catalogue, Finding, RemedyPlan, Situation


class Continue(Struct, frozen=True):
    """Go on after the action that failed; nothing is to be done about it."""

    finding: Finding


class Wait(Struct, frozen=True):
    """Sleep, then try the step again."""

    finding: Finding
    seconds: float


class Repair(Struct, frozen=True):
    """Perform the cure, then go on as it says."""

    finding: Finding
    cure: RemedyPlan


class Stop(Struct, frozen=True):
    """The step has failed. `ask` holds a cure that only leave was missing for."""

    finding: Finding | None
    reason: str
    ask: RemedyPlan | None = None


Decision = Continue | Wait | Repair | Stop


def decide(
    seen: Sequence[Finding],
    pains: Catalogue,
    situation: Situation,
    *,
    tried: Collection[str],
    allow: Collection[str],
    left_s: float,
) -> Decision:
    """How to go on after a failed attempt.

    `tried`: pain ids whose remedy ran already in this step; `allow`: ids (or "all") whose `ask`
    remedies have leave; `left_s`: what is left of the step's budget.
    """
    if not seen:
        return Stop(None, "unexplained")
    lead = seen[0]
    remedy = pains[lead.pain].remedy
    if remedy is None or remedy.kind == "human" or remedy.cure is None:
        return Stop(replace(lead, outcome="needs-human"), "a person has to act")
    cure = guarded(pains[lead.pain], remedy.cure, situation)
    if cure is None:
        return Stop(replace(lead, outcome="needs-human"), "the remedy does not apply here")
    if not cure.actions and cure.then == "continue":
        return Continue(replace(lead, outcome="noted"))
    if not cure.actions and cure.wait_s:
        if cure.wait_s > left_s:
            return Stop(replace(lead, outcome="unresolved"), "waited as long as the step allows")
        return Wait(lead, cure.wait_s)
    if lead.pain in tried:
        return Stop(replace(lead, outcome="unresolved"), "its remedy ran and did not help")
    if remedy.kind == "ask" and not {lead.pain, "all"} & set(allow):
        return Stop(replace(lead, outcome="needs-human"), f"needs --allow={lead.pain}", cure)
    return Repair(lead, cure)
