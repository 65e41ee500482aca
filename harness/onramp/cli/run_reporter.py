"""Reports of a run: each host's when it is done, the run's at its end, the table, the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from msgspec.structs import replace

from onramp.cli import full_disk
from onramp.cli.console import Console
from onramp.cli.host_reports import HostReports
from onramp.evidence import replay, stamps
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.model.run import HostRun, Report, RunReport
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.reports import build, finished, formats
from onramp.reports.brief import brief
from onramp.reports.formats import report_json
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line


class RunReporter:
    """`faults` is what could not be reported."""

    def __init__(
        self,
        session: RunSession,
        directory: RunDirectory,
        console: Console,
        begun: HostReports,
    ) -> None:
        self.session, self.directory, self.console = session, directory, console
        self.begun = begun
        self.faults: list[str] = []

    def _host_reports(self, hosts: Sequence[HostSession]) -> list[Report]:
        """From the last to the first: of many, what is not begun elsewhere yet is done here."""
        return [self._host_report(host.evidence) for host in reversed(hosts)][::-1]

    def _host_report(self, evidence: HostEvidence) -> Report:
        """As it was reported on, where nothing has happened since; reported on here otherwise."""
        report, faults = self.begun.of(evidence) or finished.reported(
            evidence.events(), evidence.path, self.session.pains
        )
        self.faults.extend(f"{evidence.name}: {fault}" for fault in faults)
        return brief(report)

    def _earlier_report(self, evidence: HostEvidence) -> Report:
        if finished.is_reported(evidence.path):
            return brief(self._whole_report(evidence))
        return self._host_report(evidence)

    def _whole_report(self, evidence: HostEvidence) -> Report:
        return build.host_report(replay.host_run(evidence.events()), self.session.pains)

    def report(self, hosts: Sequence[HostSession], ended: Sequence[HostEvidence] = ()) -> int:
        """The run's own report, the table, and the exit code.

        `ended`: hosts that had come to their end before this process began.
        """
        options, pains, directory = self.session.options, self.session.pains, self.directory
        for host in directory.evidence:  # there may be room by now
            host.settle()
        reports = [self._earlier_report(one) for one in ended]
        reports += self._host_reports(hosts)
        host_runs = [one.run for one in reports]
        report = build.gathered(
            reports,
            id=directory.id,
            command=directory.command,
            started=directory.started,
            seconds=round(time.monotonic() - self.begun.began, 3),
            fail_on=options.fail_on,
            catalogue=pains,
            notes=(
                *self.session.notes,
                *_left_up(options, host_runs),
                *_stays(options, host_runs),
                *_clock(),
            ),
        )
        report = replace(report, exit_code=self._exit_code(report.exit_code, host_runs))
        wrong = self.begun.write_run(report, directory.path)
        if wrong is None:
            wrong = formats.write_run(report, directory.path, pains)
        self.faults += wrong
        code = self._exit_code(report.exit_code, host_runs)
        directory.finish(code, notes=(*report.notes, *self.faults, *directory.faults))
        if options.as_json:
            every = [*ended, *(host.evidence for host in hosts)]
            print(report_json.run(self._whole(report, code, every), pains), flush=True)
        self.console.table(report, directory.path)
        for fault in full_disk.told((*self.faults, *directory.faults), directory):
            print(f"onramp: {one_line(fault, 400)}", file=sys.stderr)
        return code

    def _whole(self, report: RunReport, code: int, hosts: Sequence[HostEvidence]) -> RunReport:
        """The run with all of each host, read again: only whoever asked for JSON pays for it."""
        whole = build.failures_last(map(self._whole_report, hosts))
        return replace(report, exit_code=code, reports=whole)

    def _exit_code(self, code: int, host_runs: Sequence[HostRun]) -> int:
        if self.session.cancel.is_set():
            return 130
        faults = self.faults or self.directory.faults or any(run.faults for run in host_runs)
        return 250 if faults else code


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


def _clock() -> tuple[str, ...]:
    """Where the clock here was set while the run went on."""
    change_s = stamps.clock_was_set()
    way = "back" if change_s < 0 else "forward"
    told = f"the clock of this machine was set {way} by {duration(abs(change_s))} during the run"
    return (f"{told}: times are by the clock that it began with",) if change_s else ()
