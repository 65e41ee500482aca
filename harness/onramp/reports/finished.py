"""A host that is done: replayed from its events and reported on at once, before the slowest is."""

from __future__ import annotations

from onramp.evidence import replay
from onramp.evidence.run_dir import HostEvidence
from onramp.model.pain import Catalogue
from onramp.model.run import HostRun
from onramp.reports import build, formats


def reported(evidence: HostEvidence, catalogue: Catalogue) -> tuple[HostRun, tuple[str, ...]]:
    """Writes the host's reports beside its events; what happened, and what went wrong writing."""
    run = replay.host_run(evidence.events())
    return run, formats.write_host(build.host_report(run, catalogue), evidence.path, catalogue)
