"""Troubles that are not in the catalogue, caused on fresh hosts the way recipes are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onramp.model.host import Host
from onramp.model.pain import PainPoint, Recipe
from onramp.pipeline.reproduce import reproduction
from onramp.pipeline.reproduce.reproduction import ReproduceOptions, ReproductionJob
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.providers.lab.embedded_lab import Lab


def brought_about(
    recipes: Mapping[str, Recipe], runs: Path, *, prefix: str, phase: str
) -> dict[str, Reproduction]:
    """What became of each, on the first image its recipe names; hosts are called after them."""
    jobs = []
    for name, recipe in recipes.items():
        image = recipe.images[0]
        host = Host(f"{prefix}-{name}"[:50].rstrip("-"), "", provider="lab", image=image)
        trouble = PainPoint(name, phase, name, "blocker", "Not in the catalogue.")
        jobs.append(ReproductionJob(trouble, recipe, host, image))
    found = reproduction.run_jobs(jobs, ReproduceOptions(runs), Lab())
    return {verdict.id: verdict for verdict in found}
