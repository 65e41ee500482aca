"""test: sets everything up and runs the tests; real hosts need the lab, pages a browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from onramp import ROOT
from onramp.config.host_patterns import words
from onramp.errors import UsageError
from onramp.providers.lab import prerequisites

PARTS = {
    "unit": "tests/unit",
    "transcripts": "tests/transcripts",
    "browser": "tests/browser",
    "lab": "tests/lab",
}


def test(options: SimpleNamespace) -> int:
    """pytest's own exit code: 0 when all passed, 1 when a test failed."""
    parts = chosen(options.only, PARTS)
    if "lab" in parts:
        prerequisites.require(testing=True)
    if {"browser", "lab"} & {*parts}:
        prerequisites.require_browser()
    keyword = ["-k", options.keyword] if options.keyword else []
    arguments = [*(PARTS[part] for part in parts), *keyword]
    command = [sys.executable, "-m", "pytest", "-ra", "--durations=10", *arguments]
    return subprocess.run(command, cwd=ROOT).returncode


def chosen(only: Sequence[str] | None, parts: Iterable[str]) -> list[str]:
    """Which of the parts `--only` names; all without it. Raises UsageError."""
    known = list(parts)
    named = words(only or []) or known
    unknown = [part for part in named if part not in known]
    if unknown:
        raise UsageError(f"--only={unknown[0]}: no such part", resolution=", ".join(known))
    return named
