"""--resume: a run that broke off goes on with the hosts that have not come to their end.

What it was asked for stands in its run.json; flags that are given again are taken instead. A host
begins anew at its survey: each step looks at what holds already. What was seen of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from invoke.parser import Parser
from msgspec import Struct
from msgspec.structs import replace

from onramp import CLONE
from onramp.cli import flags
from onramp.cli.tasks import collection
from onramp.errors import UsageError
from onramp.evidence import find_runs
from onramp.evidence.events import Note, RunFile
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.pipeline.run_session import RunOptions
from onramp.text.masking import MASK, masker_of

FLAG = "--resume"


class Broken(Struct, frozen=True):
    """A run that broke off: its folder, and its run.json."""

    path: Path
    told: RunFile


def broken_off(given: SimpleNamespace) -> Broken | None:
    """The run that is meant, where one is. Raises UsageError."""
    name = vars(given).get("resume")
    if name is None:
        return None
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    path = find_runs.find_run(runs_dir, "latest" if name is True else name, flag=f"{FLAG}=")
    try:
        told = msgspec.convert(find_runs.summary(path), RunFile)
    except msgspec.ValidationError as error:
        raise UsageError(f"{FLAG}: {path / 'run.json'}: {error}") from None
    task, *_ = told.arguments or [""]
    if task != given.task:
        was = f"it was {task}" if task else "it does not say what was asked for"
        raise UsageError(f"{FLAG}: run {path.name} is no {given.task}: {was}")
    return Broken(path, told)


def as_asked(given: SimpleNamespace, run: Broken) -> SimpleNamespace:
    """What was asked for then, with the flags of now in its place. Raises UsageError."""
    asked = {**_asked(run.told.arguments or []), "resume": None}
    if given.engine:  # another one has no workers of the old one's
        asked |= dict.fromkeys(("workers", "worker_python", "scheduler"))
    now = {name: value for name, value in vars(given).items() if value not in (None, False, [])}
    merged = SimpleNamespace(**{**vars(given), **asked, **now})
    if any("@failed" in word for word in merged.hosts or ()):
        merged.hosts = [host.spec for host in run.told.hosts]  # by now that is another question
    for name, value in vars(merged).items():
        if MASK in str(value):
            raise UsageError(
                f"{FLAG}: run {run.path.name} keeps no secrets",
                resolution=f"give --{name.replace('_', '-')} again",
            )
    return merged


def _asked(words: list[str]) -> Mapping[str, Any]:
    """Flags by name, as Invoke reads them."""
    parser = Parser(contexts=collection(clone=CLONE is not None).to_contexts())
    [context] = parser.parse_argv(words)
    return dict(context.as_kwargs)


class Rest(Struct, frozen=True):
    """What is still to be done: `options` with those hosts alone; and the evidence of the rest."""

    options: RunOptions
    directory: RunDirectory
    ended: tuple[HostEvidence, ...]

    def begun(self) -> RunDirectory:
        """Its folder, in which the hosts that go on now say so."""
        self.directory.point_latest()
        for host in self.directory.evidence:
            if host.status is None and host.count:
                host.append(
                    Note(text="the run broke off here; with --resume this host begins anew")
                )
        return self.directory


def rest(options: RunOptions, run: Broken) -> Rest:
    """Raises UsageError where nothing is left to do, or a host of the run is not to be found."""
    known = {host.name: host for host in options.hosts}
    lost = [host.name for host in run.told.hosts if host.name not in known]
    if lost:
        raise UsageError(
            f"{FLAG}: {lost[0]} of run {run.path.name} is not among the hosts any more",
            resolution="give --inventory and --hosts as they were then",
        )
    masker = masker_of(options.hosts, options.stack.env)
    directory = RunDirectory.reopen(run.told, run.path, masker)
    evidence = [directory.host(told.name, spec=told.spec) for told in run.told.hosts]
    left = [one for one in evidence if one.go_on() in (None, "interrupted")]
    if not left:
        raise UsageError(f"{FLAG}: all hosts of run {run.path.name} have come to their end")
    for one in left:
        one.status = None
    hosts = tuple(known[one.name] for one in left)
    return Rest(
        replace(options, hosts=hosts), directory, tuple(one for one in evidence if one.status)
    )
