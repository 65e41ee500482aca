"""What a host makes us hold can always be written, and is read back as JSON."""

from __future__ import annotations

import json
import math

from msgspec import Struct

from onramp.text.json_text import indented, readable


class Said(Struct):
    text: str
    seconds: float
    of: tuple[str, ...] = ()


def test_half_a_character_and_no_number_can_be_printed() -> None:
    shown = indented([Said("\ud800 \u202e é", math.nan)])
    assert shown.isascii()
    (read,) = json.loads(shown)
    assert (list(read), read["text"]) == (["text", "seconds", "of"], "\ud800 \u202e é")
    assert math.isnan(read["seconds"])


def test_a_file_has_letters_as_they_are_and_the_unseen_spelled_out() -> None:
    shown = readable(Said("\ud800 \u202e é", 1e-05, ("a",)))
    assert shown.endswith("}\n")
    assert "\u202e" not in shown
    assert "1e-05" in shown
    assert json.loads(shown) == {"text": "? \u202e é", "seconds": 1e-05, "of": ["a"]}
