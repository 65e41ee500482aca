"""check: what CI looks at first, in seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from onramp import clone
from onramp.cli.commands import test

PARTS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": [
        "mypy",
        "harness/onramp",
        "tasks.py",
        "benchmarks/side_by_side.py",
        "benchmarks/scale.py",
    ],
    "imports": ["lint-imports", "--no-cache"],
    "docs": ["zensical", "build", "--strict"],
    "unit": ["pytest", "-q", "-n", "auto", "tests/unit", "tests/transcripts"],
}


def check(options: SimpleNamespace) -> int:
    """Every part asked for is run, also after one failed; 0 when all passed, else 2."""
    parts = test.chosen(options.only, PARTS)
    failed = [name for name in parts if not _passes(name, PARTS[name])]
    print(f"failed: {', '.join(failed)}" if failed else "all passed", file=sys.stderr)
    return 2 if failed else 0


def _passes(name: str, arguments: list[str]) -> bool:
    print(f"== {name}", file=sys.stderr, flush=True)
    program, *given = arguments
    command = [str(Path(sys.executable).with_name(program)), *given]
    environment = {**os.environ, "PYTHONPATH": str(clone() / "harness")}
    return subprocess.run(command, cwd=clone(), env=environment).returncode == 0
