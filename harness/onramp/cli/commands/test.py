"""test: sets everything up and runs the tests; real hosts need the lab, pages a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

from onramp import clone
from onramp.config.host_patterns import words
from onramp.errors import UsageError
from onramp.providers.lab import prerequisites
from onramp.providers.vm import machine_prerequisites

PARTS = {
    "unit": "tests/unit",
    "transcripts": "tests/transcripts",
    "packaging": "tests/packaging",
    "browser": "tests/browser",
    "lab": "tests/lab",
    "vm": "tests/vm",
}
FEW = 5  # failures that may be a slow machine's; more are the code's
ASKED_FOR = ("vm",)  # real machines under emulation: an hour or two, and only when named
# Parts that are run in one pytest, and how their tests are spread: a browser's event loop is in
# nobody else's way, and the hosts that a file of the lab's tests boots stay in one process.
GROUPS = (
    (("unit", "transcripts", "packaging"), ("-n", "auto")),
    (("browser",), ()),
    (("lab",), ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")),
    (("vm",), ()),
)
FAILED = 1  # pytest's: tests were run, and some failed
NONE_COLLECTED = 5  # pytest's: fine where --keyword finds its tests in the other parts


def test(options: SimpleNamespace) -> int:
    """pytest's own exit code: 0 when all passed, 1 when a test failed.

    A few that failed are run again alone, once: passing then they are named, and do not fail all.
    """
    parts = chosen(options.only, PARTS, unless_named=ASKED_FOR)
    if "lab" in parts:
        prerequisites.require(testing=True)
    if "vm" in parts:
        machine_prerequisites.require()
    if {"browser", "lab"} & {*parts}:
        prerequisites.require_browser()
    codes = [
        _passed([PARTS[part] for part in group if part in parts], flags, options)
        for group, flags in GROUPS
        if {*group} & {*parts}
    ]
    if options.coverage:
        _report_coverage()
    return max([code for code in codes if code != NONE_COLLECTED] or codes)


def _passed(folders: list[str], flags: Sequence[str], options: SimpleNamespace) -> int:
    noted = clone() / ".pytest_cache" / "v" / "cache" / "lastfailed"
    noted.unlink(missing_ok=True)
    code = _pytest([*folders, *flags], options)
    failed = _failed(noted)
    if code != FAILED or not 0 < len(failed) <= FEW:
        return code
    print(f"\nFailed, so run again alone: {', '.join(failed)}", flush=True)
    again = _pytest([*folders, "--last-failed"], options)
    if again == 0:
        print("\nFLAKY: failed, and passed when run again: " + ", ".join(failed), flush=True)
    return again


def _failed(noted: Path) -> list[str]:
    """The tests that pytest's cache says failed; none where it says nothing."""
    try:
        return sorted(json.loads(noted.read_bytes()))
    except (OSError, ValueError):
        return []


def _pytest(arguments: list[str], options: SimpleNamespace) -> int:
    measured = ["-m", "coverage", "run"] if options.coverage else []
    keyword = ["-k", options.keyword] if options.keyword else []
    command = [sys.executable, *measured, "-m", "pytest", "-ra", "--durations=10"]
    return subprocess.run([*command, *arguments, *keyword], cwd=clone()).returncode


def _report_coverage() -> None:
    for given in (("combine", "--quiet"), ("report",)):
        subprocess.run([sys.executable, "-m", "coverage", *given], cwd=clone(), check=False)


def chosen(
    only: Sequence[str] | None, parts: Iterable[str], *, unless_named: Sequence[str] = ()
) -> list[str]:
    """Which of the parts `--only` names; without it all but those left out unless named.

    Raises UsageError.
    """
    known = list(parts)
    named = words(only or []) or [part for part in known if part not in unless_named]
    unknown = [part for part in named if part not in known]
    if unknown:
        raise UsageError(f"--only={unknown[0]}: no such part", resolution=", ".join(known))
    return named
