"""Every host taken through a scope, and reported on: one screen.

`read` and `select` check all that the user gave: exit 1 there touched no host. Acquire, connect,
survey, plan, foresee and perform are one host's, in pipeline/host_run.py. `report` comes last.
From acquire on whatever happens is data, written to the run directory as it happens.
"""

from __future__ import annotations

import gc
from contextlib import ExitStack
from types import SimpleNamespace

from onramp.cli import engine_choice
from onramp.cli.console import Console
from onramp.cli.forks import allow_files
from onramp.cli.host_providers import providers
from onramp.cli.host_reports import HostReports
from onramp.cli.leave_to_restart import ask_to_restart
from onramp.cli.prompts import at_terminal
from onramp.cli.report_process import ReportProcess
from onramp.cli.resume import as_asked, broken_off, rest
from onramp.cli.run_options import read, select
from onramp.cli.signals import terminating
from onramp.journey import Scope
from onramp.pains import WhenAsked
from onramp.pipeline.host_session import host_sessions
from onramp.pipeline.pool import AtOnce
from onramp.pipeline.run_session import RunSession


def walk(given: SimpleNamespace, scope: Scope, process: ReportProcess) -> int:
    """Returns the exit code of the contract. `process` makes reports."""
    broken = broken_off(given)
    given = as_asked(given, broken) if broken else given
    engine = engine_choice.chosen(given)
    options = select(given, read(given, scope))
    left = rest(options, broken) if broken else None
    options = left.options if left else options
    if options.list_only:
        print("\n".join(host.name for host in options.hosts))
        return 0
    ask_to_restart(given, options)
    allow_files(options.forks)
    console = Console(
        hosts=[host.name for host in options.hosts],
        quiet=options.quiet,
        verbose=options.verbose,
        to_stderr=options.as_json,
    )
    gc.freeze()  # what is loaded by now stays: it is not looked through again
    with terminating(), ExitStack() as resources:
        session = RunSession(options, WhenAsked(), providers(options, resources))
        run_all = engine_choice.started(engine, given, options, resources)
        directory = left.begun() if left else options.run_directory()
        reports = HostReports(process, hosts=len(options.hosts))
        session.prompts = at_terminal(console)
        session.finished = reports.begin
        hosts = host_sessions(session, directory, console.event)
        reports.load()
        with console:
            try:
                run_all(session, hosts)
            except KeyboardInterrupt as interrupt:
                session.cancel.set()
                if isinstance(interrupt, AtOnce):
                    resources.pop_all()  # lab hosts are left to be swept by whoever looks next
        from onramp.cli.run_reporter import RunReporter

        reporter = RunReporter(session, directory, console, reports)
        return reporter.report(hosts, ended=left.ended if left else ())
