"""Reports of a run: each host's when it is done, the run's at its end, the table, the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from onramp.cli.console import Console
from onramp.evidence import replay
from onramp.evidence.run_dir import HostEvidence, RunDirectory
from onramp.model.run import HostRun
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.reports import build, finished, formats
from onramp.reports.formats import report_json
from onramp.text.sanitize import one_line


class RunReporter:
    """`faults` is what could not be reported."""

    def __init__(self, session: RunSession, directory: RunDirectory, console: Console) -> None:
        self.session, self.directory, self.console = session, directory, console
        self.began = time.monotonic()
        self.faults: list[str] = []

    def host_finished(self, evidence: HostEvidence) -> None:
        """A host's own report, as soon as it is done: nothing waits for the slowest."""
        _, faults = finished.reported(evidence, self.session.pains)
        self.faults.extend(f"{evidence.name}: {fault}" for fault in faults)

    def report(self, hosts: Sequence[HostSession]) -> int:
        """The run's own report, the table, and the exit code."""
        options, pains, directory = self.session.options, self.session.pains, self.directory
        host_runs = [replay.host_run(host.evidence.events()) for host in hosts]
        report = build.build(
            host_runs,
            id=directory.id,
            command=directory.command,
            started=directory.started,
            seconds=round(time.monotonic() - self.began, 3),
            fail_on=options.fail_on,
            catalogue=pains,
            notes=(*_left_up(options, host_runs), *_stays(options, host_runs)),
        )
        report = replace(report, exit_code=self._exit_code(report.exit_code, host_runs))
        self.faults += formats.write_run(report, directory.path, pains)
        code = self._exit_code(report.exit_code, host_runs)
        directory.finish(code, notes=(*report.notes, *self.faults, *directory.faults))
        if options.as_json:
            print(report_json.run(replace(report, exit_code=code), pains), flush=True)
        self.console.table(report, directory.path)
        for fault in (*self.faults, *directory.faults):
            print(f"onramp: {one_line(fault, 400)}", file=sys.stderr)
        return code

    def _exit_code(self, code: int, host_runs: Sequence[HostRun]) -> int:
        if self.session.cancel.is_set():
            return 130
        faults = self.faults or self.directory.faults or any(run.faults for run in host_runs)
        return 250 if faults else code


def preload() -> None:
    """What rendering needs, loaded while hosts think: a tenth of a second less to wait.

    Not to be had is for whoever needs it to say: on a report's page, and not here.
    """
    with suppress(Exception):
        formats.load()


def _left_up(options: RunOptions, host_runs: Sequence[HostRun]) -> tuple[str, ...]:
    """Where the stacks answer that this run leaves up."""
    if not (options.keep or options.scope == "deploy") or options.check:
        return ()
    return tuple(
        f"{run.name}: the stack {run.stack} is up: {', '.join(dict.fromkeys(run.answers))}"
        for run in host_runs
        if run.status == "passed" and run.answers
    )


def _stays(options: RunOptions, host_runs: Sequence[HostRun]) -> tuple[str, ...]:
    """What --purge leaves on the hosts."""
    return tuple(
        f"{run.name}: stays on the host: {', '.join(run.leftovers)}"
        for run in host_runs
        if options.purge and run.leftovers
    )
