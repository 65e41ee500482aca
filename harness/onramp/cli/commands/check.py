"""check: what CI looks at first, in seconds."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

from onramp import ROOT
from onramp.cli.commands import test

PARTS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", "harness/onramp", "tasks.py"],
    "unit": ["pytest", "-q", "tests/unit", "tests/transcripts"],
}


def check(options: SimpleNamespace) -> int:
    """Every part asked for is run, also after one failed; 0 when all passed, else 2."""
    parts = test.chosen(options.only, PARTS)
    failed = [name for name in parts if not _passes(name, PARTS[name])]
    print(f"failed: {', '.join(failed)}" if failed else "all passed", file=sys.stderr)
    return 2 if failed else 0


def _passes(name: str, arguments: list[str]) -> bool:
    print(f"== {name}", file=sys.stderr, flush=True)
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT).returncode == 0
