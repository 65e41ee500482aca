"""test: sets everything up and runs the tests; real hosts need the lab, pages a browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from onramp import clone
from onramp.config.host_patterns import words
from onramp.errors import UsageError
from onramp.providers.lab import prerequisites

PARTS = {
    "unit": "tests/unit",
    "transcripts": "tests/transcripts",
    "packaging": "tests/packaging",
    "browser": "tests/browser",
    "lab": "tests/lab",
}
AT_ONCE = (
    "unit",
    "transcripts",
    "packaging",
)  # on all processors; the others share hosts and a browser
NONE_COLLECTED = 5  # pytest's: fine where --keyword finds its tests in the other parts


def test(options: SimpleNamespace) -> int:
    """pytest's own exit code: 0 when all passed, 1 when a test failed."""
    parts = chosen(options.only, PARTS)
    if "lab" in parts:
        prerequisites.require(testing=True)
    if {"browser", "lab"} & {*parts}:
        prerequisites.require_browser()
    at_once = [part for part in parts if part in AT_ONCE]
    others = [part for part in parts if part not in AT_ONCE]
    codes = [
        _pytest([*(PARTS[part] for part in group), *flags], options)
        for group, flags in ((at_once, ["-n", "auto"]), (others, []))
        if group
    ]
    if options.coverage:
        _report_coverage()
    return max([code for code in codes if code != NONE_COLLECTED] or codes)


def _pytest(arguments: list[str], options: SimpleNamespace) -> int:
    measured = ["-m", "coverage", "run"] if options.coverage else []
    keyword = ["-k", options.keyword] if options.keyword else []
    command = [sys.executable, *measured, "-m", "pytest", "-ra", "--durations=10"]
    return subprocess.run([*command, *arguments, *keyword], cwd=clone()).returncode


def _report_coverage() -> None:
    for given in (("combine", "--quiet"), ("report",)):
        subprocess.run([sys.executable, "-m", "coverage", *given], cwd=clone(), check=False)


def chosen(only: Sequence[str] | None, parts: Iterable[str]) -> list[str]:
    """Which of the parts `--only` names; all without it. Raises UsageError."""
    known = list(parts)
    named = words(only or []) or known
    unknown = [part for part in named if part not in known]
    if unknown:
        raise UsageError(f"--only={unknown[0]}: no such part", resolution=", ".join(known))
    return named
