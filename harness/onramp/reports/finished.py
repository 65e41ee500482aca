"""A host that is done: replayed from its events and reported on at once, before the slowest is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onramp.evidence import event_types, replay
from onramp.evidence.replay import Event
from onramp.model.pain import Catalogue
from onramp.model.run import Report
from onramp.reports import build, formats

Reported = tuple[Report, tuple[str, ...]]  # what happened, and what could not be written


def reported(events: Sequence[Event], folder: Path, catalogue: Catalogue) -> Reported:
    """Writes a host's reports into its folder, beside its events."""
    report = build.host_report(replay.host_run(events), catalogue)
    return report, formats.write_host(report, folder, catalogue)


def load() -> None:
    """All that the first report of a process needs, ahead of it; raises what importing raises."""
    event_types.load()
    formats.load()


def is_reported(folder: Path) -> bool:
    """Whether all of a host's reports are in its folder."""
    return all(
        (folder / one.host_file).exists()
        for one in formats.reporters().values()
        if one.host and one.host_file
    )
