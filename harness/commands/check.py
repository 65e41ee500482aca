"""check: what CI looks at first, in seconds."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

from harness.tasking import ROOT

PARTS = (
    ("ruff", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("mypy --strict", ["mypy", "harness", "tasks.py"]),
    ("unit tests", ["pytest", "-q", "tests/unit", "tests/transcripts"]),
)


def check(options: SimpleNamespace) -> int:
    """Every part is run, also after one failed; 0 when all passed, else 2."""
    failed = [name for name, arguments in PARTS if not _passes(name, arguments)]
    print(f"failed: {', '.join(failed)}" if failed else "all passed", file=sys.stderr)
    return 2 if failed else 0


def _passes(name: str, arguments: list[str]) -> bool:
    print(f"== {name}", file=sys.stderr, flush=True)
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT).returncode == 0
