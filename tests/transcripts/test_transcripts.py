"""Every transcript leads to its own pain point, and every pain point has a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness.pains
from harness import transcripts
from harness.model import PainPoint
from harness.registry import collect

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.yml"))
PAINS = collect(harness.pains, PainPoint)


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(HERE)) for file in FILES])
def test_a_transcript_leads_to_its_pain_point(file: Path) -> None:
    transcript = transcripts.load(file)
    assert transcript.leads == file.parent.name
    assert transcripts.leading(transcript, PAINS) == transcript.leads


@pytest.mark.parametrize("pain", PAINS)
def test_a_pain_point_has_a_real_transcript(pain: str) -> None:
    assert any(transcripts.load(file).real for file in (HERE / pain).glob("*.yml"))
