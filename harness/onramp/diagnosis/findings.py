"""Evidence -> findings. Pure.

`matching` finds the pain points whose wordings stand in an attempt; after their probes were run,
`findings` orders them, the leading cause first, its consequences folded under it; how to go on
then is `decisions.decide`'s. Nothing here runs anything, so old evidence can be diagnosed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from onramp.diagnosis import matching
from onramp.diagnosis.matching import PASTED, Match, PainPointFault
from onramp.model.action import Outcome
from onramp.model.pain import (
    Catalogue,
    Evidence,
    Finding,
    PainPoint,
    Situation,
    Unexplained,
)
from onramp.model.step import Attempt
from onramp.text.excerpt import excerpt, is_summary, says_why

T = TypeVar("T")
MOST_SHOWN = 100  # characters of a probe that are quoted


Broken = Callable[[PainPointFault], None]


def ask(question: Callable[[], T], broken: Broken) -> T:
    """What diagnosis answers; `broken` is told of a pain point whose own code breaks, and leaves it
    out when it is asked again."""
    while True:
        try:
            return question()
        except PainPointFault as fault:
            broken(fault)


def remarks(attempt: Attempt, pains: Catalogue) -> tuple[Finding, ...]:
    """What an action, or the login before it, complained of without failing because of it."""
    found = matching.warnings(attempt, pains)
    return tuple(replace(_finding(match, attempt, None, {}), outcome="noted") for match in found)


def findings(
    attempt: Attempt,
    found: Sequence[Match],
    probes: Mapping[str, Outcome],
    situation: Situation,
) -> tuple[Finding, ...]:
    """What the attempt shows, the leading cause first. Empty: nothing is recognised.

    `probes` holds the outcomes of the matched pain points' probes, by pain id.
    """
    verdicts = {
        match.pain.id: _confirmed(match.pain, attempt, probes.get(match.pain.id), situation)
        for match in found
    }
    standing = [match for match in found if verdicts[match.pain.id] is not False]
    if not standing:
        return ()
    sure = [m.pain for m in standing if m.pain.confirm is None or verdicts[m.pain.id]]
    ordered = sorted(standing, key=lambda match: _rank(match, verdicts[match.pain.id], sure))
    lead, rest = ordered[0], ordered[1:]
    folded = tuple(m.pain.id for m in rest if m.pain.id in lead.pain.explains)
    doubtful = (m for m in rest if lead.symptom.warning or not m.symptom.warning)
    rivals = tuple(m.pain.id for m in doubtful if m.pain.id not in folded)
    told = [_finding(match, attempt, verdicts[match.pain.id], probes) for match in ordered]
    ruled_out = (
        f"{m.pain.id} was ruled out{_by(m.pain, probes)}"
        for m in found
        if verdicts[m.pain.id] is False and not m.symptom.warning
    )
    because = (*told[0].because, *ruled_out)
    told[0] = replace(told[0], because=because, consequences=folded, rivals=rivals)
    return tuple(told)


def _confirmed(
    pain: PainPoint, attempt: Attempt, probe: Outcome | None, situation: Situation
) -> bool | None:
    if pain.confirm is None:
        return None
    at_hand = replace(situation, attempt=attempt, step=attempt.step, probe=probe)
    found = guarded(pain, pain.confirm, at_hand)
    # a pasted text comes without a host: what nobody could ask is not ruled out
    unasked = attempt.step == PASTED and pain.probe is not None and probe is None
    return None if unasked and found is False else found


def guarded(pain: PainPoint, ask: Callable[[Situation], T], situation: Situation) -> T:
    """The answer of a pain point's own code. Raises PainPointFault where that breaks."""
    try:
        return ask(situation)
    except Exception as error:
        raise PainPointFault(pain.id, error) from error


def _rank(
    match: Match, confirmed: bool | None, sure: Sequence[PainPoint]
) -> tuple[int, int, int, int, int, int, int, str]:
    """Sort key: warnings and what another explains last; confirmed, heavier, narrower ones first.

    A pain point that can be confirmed, and was not, explains nothing.
    """
    explained = any(match.pain.id in other.explains for other in sure)
    return (
        int(match.symptom.warning),
        int(explained),
        0 if confirmed else 1,
        -match.symptom.weight,
        0 if match.direct else 1,
        -match.narrow if match.direct else 0,  # a journal tells of other days, at length
        -len(match.pain.explains),
        match.pain.id,
    )


def _finding(
    match: Match, attempt: Attempt, confirmed: bool | None, probes: Mapping[str, Outcome]
) -> Finding:
    because = [f"{match.outcome.command} printed: {match.words}"]
    if confirmed:
        because.append(f"it was confirmed{_by(match.pain, probes)}")
    shown = excerpt(match.outcome.text, match.line)
    if not match.direct:
        shown = f"{excerpt(attempt.outcome.text)}\n[{match.outcome.command}]\n{shown}"
    asked = probes.get(match.pain.id)
    if confirmed and asked and is_summary(match.words) and says_why(asked.text):
        shown += f"\n{_cited(asked)}"
    return Finding(
        pain=match.pain.id,
        step=attempt.step,
        how="encountered",
        evidence=Evidence(attempt.outcome.command, attempt.outcome.exit_code, shown, attempt.log),
        because=tuple(because),
        confidence=_confidence(match, attempt, confirmed),
    )


def _confidence(match: Match, attempt: Attempt, confirmed: bool | None) -> float:
    """How sure: the wording's weight, and what was asked. Of a pasted text nobody was asked."""
    by_wording = 0.3 + 0.2 * match.symptom.weight
    if attempt.step == PASTED:
        return round(min(0.95, by_wording + (0.1 if confirmed else 0.0)), 2)
    return round(min(1.0, by_wording + (0.3 if confirmed else 0.0)), 2)


def _by(pain: PainPoint, probes: Mapping[str, Outcome]) -> str:
    """By which question a pain point was told from others, if one was asked."""
    shown = pain.probe.shown if pain.probe and pain.id in probes else ""
    if not shown:
        return " by what the attempt showed"
    return " by its probe" if "\n" in shown or len(shown) > MOST_SHOWN else f" by asking: {shown}"


def unexplained(attempt: Attempt) -> Unexplained:
    """The failure as it stands, for the report and for the catalogue's to-do list."""
    outcome = attempt.outcome
    text = excerpt(outcome.text) or f"no output ({outcome.cut or 'exit code alone'})"
    if not says_why(outcome.text):  # the reason may stand in what was looked at afterwards
        telling = next((seen for seen in attempt.context if says_why(seen.text)), None)
        text += f"\n{_cited(telling)}" if telling else ""
    return Unexplained(
        attempt.step, Evidence(outcome.command, outcome.exit_code, text, attempt.log)
    )


def _cited(outcome: Outcome) -> str:
    """What another command said of it, under its name."""
    return f"[{outcome.command}]\n{excerpt(outcome.text)}"


def foreseen(situation: Situation, pains: Catalogue) -> tuple[Finding, ...]:
    """Pain points the facts alone give away, before anything is changed."""
    found = []
    for pain in pains.values():
        seen = guarded(pain, pain.foresee, situation) if pain.foresee else None
        if seen:
            found.append(
                Finding(
                    pain=pain.id,
                    step="survey",
                    how="foreseen",
                    evidence=Evidence("survey the host", 0, seen),
                    because=(seen,),
                    outcome="noted",
                )
            )
    return tuple(found)
