"""Every transcript leads to its own pain point; what a host here can show was recorded from one."""

from __future__ import annotations

from pathlib import Path

import pytest

import onramp.pains
from onramp import journey
from onramp.diagnosis import matching, transcripts
from onramp.model.action import Outcome
from onramp.model.pain import PainPoint
from onramp.model.step import Attempt
from onramp.plugins import collect
from onramp.text.masking import Masker

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.yml"))
ORDINARY = sorted(HERE.glob("ordinary/*.txt"))
PAINS = collect(onramp.pains, PainPoint)


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(HERE)) for file in FILES])
def test_a_transcript_leads_to_its_pain_point(file: Path) -> None:
    transcript = transcripts.load(file)
    assert transcript.leads == file.parent.name
    assert transcripts.leading(transcript, PAINS) == transcript.leads


@pytest.mark.parametrize("file", [*FILES, *ORDINARY], ids=lambda file: str(file.relative_to(HERE)))
def test_evidence_masks_nothing_that_diagnosis_reads(file: Path) -> None:
    """A run reads what the host printed; `diagnose --run` what was masked on the way to disk."""
    text = file.read_text(encoding="utf-8")
    assert Masker().mask(text) == text


@pytest.mark.parametrize("pain", PAINS)
def test_a_pain_point_has_a_transcript_and_a_real_one_where_it_can_be_run(pain: str) -> None:
    found = [transcripts.load(file) for file in (HERE / pain).glob("*.yml")]
    assert found
    assert all(one.real or one.source.startswith("https://") for one in found)
    assert PAINS[pain].recipe is None or any(one.real for one in found)


@pytest.mark.parametrize("file", ORDINARY, ids=[file.stem for file in ORDINARY])
@pytest.mark.parametrize("step", ["", *journey.ids("evaluate")])
def test_what_tools_print_when_all_is_well_is_no_symptom(file: Path, step: str) -> None:
    """Half a thousand lines of apt, systemctl, docker, compose and pip, from a clean host."""
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") > 400
    attempt = Attempt(step, 1, "apply", Outcome("everything", 1, stdout=text))
    found = [match for match in matching.matches(attempt, PAINS) if not match.symptom.warning]
    assert [match.pain.id for match in found] == []
