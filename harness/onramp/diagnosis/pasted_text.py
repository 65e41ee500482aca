"""What a pasted text shows: nobody can be asked, but it can be read in more than one way. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from onramp.diagnosis import matching
from onramp.diagnosis.findings import findings
from onramp.diagnosis.matching import PASTED, Match
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Finding, Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.text.excerpt import looks_like_error
from onramp.text.pasted import reading
from onramp.text.pasted.reading import Pasted

FEW_LINES = 40  # of a text in which a mere warning is told, where there is nothing else
DOUBTFUL = 0.8  # how sure an answer is that has such a rival
COMMAND = "pasted text"


def causes(pasted: Pasted, pains: Catalogue) -> tuple[Finding, ...]:
    """What the text shows, the leading cause first."""
    found = matching.in_readings(pasted, pains, COMMAND)
    graver = tuple(match for match in found if not match.symptom.warning)
    if graver or not _about_warnings(pasted, found):
        found = graver
    whole = "\n".join(one.text for one in pasted.readings if PASTED in one.steps)
    attempt = Attempt(PASTED, 1, "try", Outcome(COMMAND, 1, stdout=whole))
    told = findings(attempt, found, {}, Situation(Facts(), Settings()))
    return tuple(_placed(_doubted(finding, pains), pasted, found) for finding in told)


def _doubted(finding: Finding, pains: Catalogue) -> Finding:
    """Less sure where another cause has words there, and only the host could tell which it is."""
    if any(pains[rival].confirm for rival in finding.rivals):
        return replace(finding, confidence=min(finding.confidence, DOUBTFUL))
    return finding


def of_text(text: str, pains: Catalogue) -> tuple[Finding, ...]:
    """The same, from the text itself."""
    return causes(reading.read(text), pains)


def _about_warnings(pasted: Pasted, found: Sequence[Match]) -> bool:
    """Whether a warning is what is asked about: nobody who pastes a long text, or one with an error
    in it that is not known here, wants to hear of a warning."""
    if max(one.text.count("\n") for one in pasted.readings) > FEW_LINES * 2:
        return False
    lines = pasted.text.split("\n")
    warned = {match.at for match in found}
    return len(lines) <= FEW_LINES and not any(
        looks_like_error(line) for at, line in enumerate(lines) if at not in warned
    )


def _placed(finding: Finding, pasted: Pasted, found: Sequence[Match]) -> Finding:
    """With the place where its words were printed, where a head tells it."""
    at = next(match.at for match in found if match.pain.id == finding.pain)
    where = pasted.place(at).words
    if not where:
        return finding
    return replace(finding, because=(*finding.because, f"it was printed in {where}"))
