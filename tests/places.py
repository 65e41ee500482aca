"""Where tests find the project and what real hosts recorded: spelled once, whoever asks."""

from __future__ import annotations

from typing import Final

from onramp import clone

ROOT: Final = clone()
UNIT: Final = ROOT / "tests/unit"
RECORDED: Final = UNIT / "recorded"  # facts, whole runs, Vagrant's answers
RATED: Final = RECORDED / "rated"  # events of hosts that went in many ways
TRANSCRIPTS: Final = ROOT / "tests/transcripts"
