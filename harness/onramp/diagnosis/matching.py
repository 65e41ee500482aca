"""Which wordings of the catalogue stand in an output. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from onramp.model.action import Outcome
from onramp.model.pain import Catalogue, PainPoint, Symptom
from onramp.model.step import Attempt

if TYPE_CHECKING:
    from onramp.diagnosis.patterns import Wordings
    from onramp.text.pasted.reading import Pasted

PASTED = ""  # the step of a pasted text
Row = tuple[PainPoint, Symptom]


class Match(Struct, frozen=True):
    """One pain point's best symptom in an attempt, and where it stands."""

    pain: PainPoint
    symptom: Symptom
    outcome: Outcome
    line: int  # of the outcome's text
    words: str
    direct: bool  # in the failed action's own output, not in its context
    at: int = 0  # the line of the attempt's text that it comes from

    @property
    def narrow(self) -> int:
        """How much of its wording is fixed: of two that match one line the narrower is meant."""
        from onramp.diagnosis import patterns

        return patterns.fixed(self.symptom.pattern)


class PainPointFault(Exception):
    """A pain point's own code broke: a fault of the harness, named, and not of the host."""

    def __init__(self, pain: str, error: Exception) -> None:
        super().__init__(f"pain point {pain}: its code failed")
        self.pain = pain
        self.details = f"{type(error).__name__}: {error}"


def matches(attempt: Attempt, pains: Catalogue) -> tuple[Match, ...]:
    """Each pain point with a wording in the attempt, by its heaviest symptom.

    Warnings explain no failure; they count in a pasted text alone.

    Raises PainPointFault for a wording that is no regular expression.
    """
    pasted = attempt.step == PASTED
    return _of_attempt(attempt, _rows(pains, (attempt.step,), pasted))


def warnings(attempt: Attempt, pains: Catalogue) -> tuple[Match, ...]:
    """What an action, or the login before it, complained of without failing because of it."""
    outcome = attempt.outcome
    said = replace(outcome, stderr=f"{outcome.noise}\n{outcome.stderr}".strip("\n"))
    rows = [row for row in _rows(pains, (attempt.step,), True) if row[1].warning]
    return _of_attempt(replace(attempt, outcome=said), rows)


def in_readings(pasted: Pasted, pains: Catalogue, command: str) -> tuple[Match, ...]:
    """Each pain point with a wording in any reading of a pasted text."""
    found: dict[str, Match] = {}
    for reading in pasted.readings:
        rows = _rows(pains, reading.steps, True)
        if reading.steps != (PASTED,):  # only wordings that belong there: others may be anybody's
            rows = [row for row in rows if row[1].steps]
        outcome = Outcome(command, 1, stdout=reading.text)
        _add(found, _standing(outcome, rows, found, direct=True, line=reading.line))
    return _in_order(found, pains)


def _rows(pains: Catalogue, steps: Sequence[str], warnings_too: bool) -> list[Row]:
    return [
        (pain, symptom)
        for pain in pains.values()
        for symptom in pain.symptoms
        if (warnings_too or not symptom.warning)
        and (not symptom.steps or not set(symptom.steps).isdisjoint(steps))
    ]


def _of_attempt(attempt: Attempt, rows: Sequence[Row]) -> tuple[Match, ...]:
    found: dict[str, Match] = {}
    for outcome, direct in [(attempt.outcome, True), *((seen, False) for seen in attempt.context)]:
        _add(found, _standing(outcome, rows, found, direct=direct))
    return _in_order(found, {pain.id: pain for pain, _ in rows})


def _add(found: dict[str, Match], more: Sequence[Match]) -> None:
    """The heavier symptom of a pain point stays, of two as heavy the one that was found first."""
    for match in more:
        best = found.get(match.pain.id)
        if best is None or best.symptom.weight < match.symptom.weight:
            found[match.pain.id] = match


def _in_order(found: Mapping[str, Match], pains: Catalogue) -> tuple[Match, ...]:
    return tuple(found[name] for name in pains if name in found)


def _standing(
    outcome: Outcome,
    rows: Sequence[Row],
    known: Mapping[str, Match],
    *,
    direct: bool,
    line: Callable[[int], int] = int,
) -> list[Match]:
    """The symptoms that stand in an output, but for those that a heavier one is known to."""
    wordings = _wordings(rows)
    text = outcome.text.encode("utf-8", "replace")
    found = []
    for index in sorted(wordings.standing(text)):
        pain, symptom = rows[index]
        best = known.get(pain.id)
        if best and best.symptom.weight >= symptom.weight:
            continue
        hit = wordings.first(index, text)
        if hit:
            seen = outcome if hit.part is None else _part(outcome, hit.part)
            found.append(
                Match(pain, symptom, seen, hit.line, hit.words, direct, line(hit.in_whole))
            )
    return found


def _wordings(rows: Sequence[Row]) -> Wordings:
    from onramp.diagnosis import patterns  # RE2 is loaded for a host that says anything

    try:
        return patterns.compiled(tuple(symptom.pattern for _, symptom in rows))
    except patterns.Error as error:
        for pain, symptom in rows:
            try:
                patterns.Wordings([symptom.pattern])
            except patterns.Error:
                raise PainPointFault(pain.id, error) from error
        raise


def _part(outcome: Outcome, text: str) -> Outcome:
    """The lines around a match stand for the whole of a long output."""
    return replace(outcome, stdout=text, stderr="")
