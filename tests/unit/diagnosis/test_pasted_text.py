"""A cause is named alike in whatever form its text was pasted, and from what is well none is."""

from __future__ import annotations

import random
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from onramp.diagnosis import pasted_text, transcripts
from onramp.pains import catalogue
from onramp.text.pasted import decoding
from places import ROOT
from unit.diagnosis.pasted_forms import FORMS, Form

PAINS = catalogue()
TRANSCRIPTS = ROOT / "tests/transcripts"
ORDINARY = sorted((TRANSCRIPTS / "ordinary").glob("*.txt"))
PIECES = (
    *("\\n", '"', "'", "\\", '": "', "[", "]", "| ", "> ", "    ", "#1 0.1 ", "E:A", "\n", "\r"),
    *("&lt;", "\u00a0", "\x1b[31m", "\x1b]0;", "^[[1m", "\\u00", "Nov 18 09:14:07 a b[1]: ", "=> "),
    *(
        "2025-11-18T09:14:07Z ",
        "\ufeff",
        "\ud800",
        "\U0001f600",
        "fatal: [a]: FAILED! => {",
        "\x00",
    ),
)


def led(text: str) -> str | None:
    found = pasted_text.of_text(text, PAINS)
    return found[0].pain if found else None


@cache
def outputs() -> dict[str, str]:
    """What failed commands printed in the transcripts, and the cause that leads there."""
    loaded = (transcripts.load(file) for file in sorted(TRANSCRIPTS.glob("*/*.yml")))
    texts = {one.attempt.outcome.text for one in loaded if one.attempt}
    causes = {text: led(text) for text in sorted(texts)}
    return {text: cause for text, cause in causes.items() if cause}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_each_form_names_the_same_cause(form: Form) -> None:
    named = Counter(
        "same" if found == cause else "none" if found is None else "another"
        for text, cause in outputs().items()
        for found in [led(form(text))]
    )
    assert named["same"] >= 0.98 * named.total(), named
    assert named["another"] <= 0.005 * named.total(), named


@pytest.mark.parametrize("form", [str, *FORMS], ids=lambda form: form.__name__)
@pytest.mark.parametrize("file", ORDINARY, ids=lambda file: file.stem)
def test_what_is_well_is_not_explained_in_any_form(file: Path, form: Form) -> None:
    assert led(form(file.read_text(encoding="utf-8"))) is None


def test_any_text_can_be_read() -> None:
    chance = random.Random(11)
    words = [*PIECES, *(line for text in outputs() for line in text.split("\n")[-3:])]
    for _ in range(10_000):
        text = "".join(chance.choices(words, k=chance.randrange(1, 12)))
        pasted_text.of_text(decoding.decoded(text.encode("utf-8", "surrogatepass")), PAINS)


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    data = (piece * (1_000_000 // len(piece))).encode("utf-8", "surrogatepass")
    best_s = 99.0
    for _ in range(3):  # a busy machine is no slow program
        began = time.process_time()
        pasted_text.of_text(decoding.decoded(data), PAINS)
        best_s = min(best_s, time.process_time() - began)
        if best_s < 1:
            break
    assert best_s < 1


def test_nobody_was_asked_about_a_pasted_text() -> None:
    for text in outputs():
        for finding in pasted_text.of_text(text, PAINS):
            assert not any("by asking" in reason for reason in finding.because)
            assert finding.confidence <= 0.95


def test_a_warning_does_not_lead_where_an_error_is_not_known() -> None:
    warning = "WARNING: No swap limit support"
    assert led(warning) == "memory-cgroup-disabled"
    assert led(f"{warning}\nError response from daemon: the moon is full") is None


def test_where_a_line_was_printed_is_said() -> None:
    (finding,) = pasted_text.of_text(
        "web-1  | redis.exceptions.ConnectionError: Error -2 connecting to redis:6379. Name or",
        PAINS,
    )
    assert finding.because[-1] == "it was printed in the service web-1"


WELL = (ROOT / "tests/unit/diagnosis/all_is_well.txt").read_text("utf-8").split("\n%%\n")


@pytest.mark.parametrize("form", [str, *FORMS], ids=lambda form: form.__name__)
def test_nothing_is_found_where_all_is_well(form: Form) -> None:
    assert [led(form(text)) for text in WELL] == [None] * len(WELL)


def test_who_says_to_be_sure_is_right() -> None:
    """At 90% or more an answer is right 95 times in 100, though nobody could ask the host."""
    loaded = [transcripts.load(file) for file in sorted(TRANSCRIPTS.glob("*/*.yml"))]
    sure = []
    for one in loaded:
        failed = one.attempt is not None and not one.attempt.outcome.ok
        text = one.pasted or (one.attempt.outcome.text if one.attempt and failed else "")
        found = pasted_text.of_text(text, PAINS)
        if found and found[0].confidence >= 0.9:
            sure.append(found[0].pain == one.leads)
    assert len(sure) > 250
    assert sum(sure) >= 0.95 * len(sure)
