"""Evidence -> findings. Pure.

`matches` finds the pain points whose wordings stand in an attempt; after their probes were run,
`findings` orders them, the leading cause first, its consequences folded under it; how to go on
then is `decisions.decide`'s. Nothing here runs anything, so old evidence can be diagnosed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from onramp.diagnosis import patterns
from onramp.diagnosis.patterns import Wordings
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import (
    Catalogue,
    Evidence,
    Finding,
    PainPoint,
    Situation,
    Symptom,
    Unexplained,
)
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.text.excerpt import excerpt

T = TypeVar("T")
PASTED = ""  # the step of a pasted text
FEW_LINES = 40  # of a pasted text in which a mere warning is told, where there is nothing else
MOST_SHOWN = 100  # characters of a probe that are quoted


@dataclass(frozen=True, slots=True)
class Match:
    """One pain point's best symptom in an attempt, and where it stands."""

    pain: PainPoint
    symptom: Symptom
    outcome: Outcome
    line: int
    words: str
    direct: bool  # in the failed action's own output, not in its context


class PainPointFault(Exception):
    """A pain point's own code broke: a fault of the harness, named, and not of the host."""

    def __init__(self, pain: str, error: Exception) -> None:
        super().__init__(f"pain point {pain}: its code failed")
        self.pain = pain
        self.details = f"{type(error).__name__}: {error}"


Broken = Callable[[PainPointFault], None]


def ask(question: Callable[[], T], pains: MutableMapping[str, PainPoint], broken: Broken) -> T:
    """What diagnosis answers; a pain point whose own code breaks is left out, and told of."""
    while True:
        try:
            return question()
        except PainPointFault as fault:
            broken(fault)
            del pains[fault.pain]


def matches(attempt: Attempt, pains: Catalogue) -> tuple[Match, ...]:
    """Each pain point with a wording in the attempt, by its heaviest symptom.

    Warnings explain no failure; they count in a pasted text alone.

    Raises PainPointFault for a wording that is no regular expression.
    """
    pasted = attempt.step == PASTED
    return _matches(attempt, pains, lambda symptom: pasted or not symptom.warning)


def of_text(text: str, pains: Catalogue) -> tuple[Finding, ...]:
    """What a pasted text shows. Nobody who pastes a long one asks about a warning in it."""
    attempt = Attempt(PASTED, 1, "try", Outcome("pasted text", 1, stdout=text))
    found = matches(attempt, pains)
    graver = tuple(match for match in found if not match.symptom.warning)
    if graver or text.count("\n") > FEW_LINES:
        found = graver
    return findings(attempt, found, {}, Situation(Facts(), Settings()))


def remarks(attempt: Attempt, pains: Catalogue) -> tuple[Finding, ...]:
    """What an action, or the login before it, complained of without failing because of it."""
    outcome = attempt.outcome
    said = replace(outcome, stderr=f"{outcome.noise}\n{outcome.stderr}".strip("\n"))
    found = _matches(replace(attempt, outcome=said), pains, lambda symptom: symptom.warning)
    return tuple(replace(_finding(match, attempt, None), outcome="noted") for match in found)


def _matches(
    attempt: Attempt, pains: Catalogue, counts: Callable[[Symptom], bool]
) -> tuple[Match, ...]:
    rows = [
        (pain, symptom)
        for pain in pains.values()
        for symptom in pain.symptoms
        if counts(symptom) and not (symptom.steps and attempt.step not in symptom.steps)
    ]
    known = _wordings(rows)
    found: dict[str, Match] = {}
    for outcome, direct in [(attempt.outcome, True), *((seen, False) for seen in attempt.context)]:
        text = outcome.text.encode("utf-8", "replace")
        for index in sorted(known.standing(text)):
            pain, symptom = rows[index]
            best = found.get(pain.id)
            if best and best.symptom.weight >= symptom.weight:
                continue
            hit = known.first(index, text)
            if hit:
                seen = outcome if hit.part is None else _part(outcome, hit.part)
                found[pain.id] = Match(pain, symptom, seen, hit.line, hit.words, direct)
    return tuple(found[pain.id] for pain in pains.values() if pain.id in found)


def _wordings(rows: Sequence[tuple[PainPoint, Symptom]]) -> Wordings:
    try:
        return patterns.compiled(tuple(symptom.pattern for _, symptom in rows))
    except patterns.Error as error:
        for pain, symptom in rows:
            try:
                Wordings([symptom.pattern])
            except patterns.Error:
                raise PainPointFault(pain.id, error) from error
        raise


def _part(outcome: Outcome, text: str) -> Outcome:
    """The lines around a match stand for the whole of a long output."""
    return replace(outcome, stdout=text, stderr="")


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
    first = _finding(lead, attempt, verdicts[lead.pain.id])
    ruled_out = [m for m in found if verdicts[m.pain.id] is False and not m.symptom.warning]
    because = (*first.because, *(f"{m.pain.id} was ruled out{_by(m.pain)}" for m in ruled_out))
    first = replace(first, because=because, consequences=folded, rivals=rivals)
    return (first, *(_finding(match, attempt, verdicts[match.pain.id]) for match in rest))


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
) -> tuple[int, int, int, int, int, int, str]:
    """Sort key: warnings and what another explains last; confirmed, heavier, direct ones first.

    A pain point that can be confirmed, and was not, explains nothing.
    """
    explained = any(match.pain.id in other.explains for other in sure)
    return (
        int(match.symptom.warning),
        int(explained),
        0 if confirmed else 1,
        -match.symptom.weight,
        0 if match.direct else 1,
        -len(match.pain.explains),
        match.pain.id,
    )


def _finding(match: Match, attempt: Attempt, confirmed: bool | None) -> Finding:
    because = [f"{match.outcome.command} printed: {match.words}"]
    if confirmed:
        because.append(f"it was confirmed{_by(match.pain)}")
    shown = excerpt(match.outcome.text, match.line)
    if not match.direct:
        shown = f"{excerpt(attempt.outcome.text)}\n[{match.outcome.command}]\n{shown}"
    confidence = min(1.0, 0.3 + 0.2 * match.symptom.weight + (0.3 if confirmed else 0.0))
    return Finding(
        pain=match.pain.id,
        step=attempt.step,
        how="encountered",
        evidence=Evidence(attempt.outcome.command, attempt.outcome.exit_code, shown, attempt.log),
        because=tuple(because),
        confidence=round(confidence, 2),
    )


def _by(pain: PainPoint) -> str:
    """By which question a pain point was told from others."""
    shown = pain.probe.shown if pain.probe else ""
    if not shown:
        return " by what the attempt showed"
    return " by its probe" if "\n" in shown or len(shown) > MOST_SHOWN else f" by asking: {shown}"


def unexplained(attempt: Attempt) -> Unexplained:
    """The failure as it stands, for the report and for the catalogue's to-do list."""
    outcome = attempt.outcome
    text = excerpt(outcome.text) or f"no output ({outcome.cut or 'exit code alone'})"
    return Unexplained(
        attempt.step, Evidence(outcome.command, outcome.exit_code, text, attempt.log)
    )


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
