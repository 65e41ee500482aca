"""reproduce: cause a pain point on a fresh lab host, and see it met, explained and cured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from harness import options
from harness import reproduce as recipes
from harness.errors import UsageError
from harness.pains import catalogue
from harness.tasking import ROOT


def reproduce(given: SimpleNamespace) -> int:
    """0 when every pain point was met, led its attempt, and its safe remedy cured it; else 2."""
    from harness.lab.images import IMAGES
    from harness.lab.lab import Lab

    known = catalogue()
    runnable = [pain.id for pain in known.values() if pain.recipe]
    pains = options.known_names("--pain", given.pain, runnable)
    images = options.known_names("--on", given.on, IMAGES)
    if given.all == bool(pains):
        raise UsageError(
            "--pain and --all exclude each other" if pains else "--pain is missing",
            resolution="--pain=ID[,ID…] (./invoke pains lists them), or --all",
        )
    Lab().require()
    verdicts = recipes.run(
        runnable if given.all else pains,
        images,
        runs_dir=options.runs(given.runs, cwd=Path.cwd(), project_root=ROOT),
        keep=given.keep,
        remedy=not given.no_remedy,
        allow=options.allow(given.allow, known),
        progress=lambda text: print(text, file=sys.stderr, flush=True),
    )
    if given.json:
        print(json.dumps([verdict.as_json() for verdict in verdicts], indent=2))
    else:
        print("\n".join(f"{recipes.line(verdict)}\n  {verdict.report}" for verdict in verdicts))
    return recipes.exit_code(verdicts)
