"""An old run diagnosed again, held against what the run itself said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from onramp.diagnosis import old_runs
from onramp.diagnosis.matching import PainPointFault
from onramp.evidence import replay
from onramp.evidence.stored_events import read_events
from onramp.model.pain import Finding
from onramp.pains import catalogue


def broken(fault: PainPointFault) -> None:
    raise fault


def again(folder: Path) -> list[Finding]:
    """What `diagnose --run` finds in a host's folder."""
    events = read_events(folder / "events.jsonl")
    return list(old_runs.findings_of(events, folder, catalogue(), broken))


def met(found: Iterable[Finding]) -> list[tuple[str, str]]:
    """(step, pain point) as they were met, each once."""
    return list(dict.fromkeys((one.step, one.pain) for one in found if one.how == "encountered"))


def assert_agrees(folder: Path) -> None:
    """The same causes in the same order; warnings that are new in the catalogue may be noted."""
    read = again(folder)
    run = replay.host_run(read_events(folder / "events.jsonl"))
    live = met(run.findings)
    assert {*live} <= {*met(read)}
    causes = met(one for one in read if one.outcome != "noted")
    assert causes == [row for row in live if row in causes]
    foreseen = {one.pain for one in run.findings if one.how == "foreseen"}
    assert foreseen <= {one.pain for one in read if one.how == "foreseen"}
