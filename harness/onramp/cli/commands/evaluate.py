"""evaluate, provision, deploy, teardown, doctor: the same way, each as far as it goes.

Everything the user gave is read and checked first; from then on whatever happens to a host is
data, written to the run directory as it happens.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from onramp import ROOT
from onramp.cli.console import Console
from onramp.cli.run_request import Request, read
from onramp.config import host_patterns
from onramp.errors import HarnessError, UsageError
from onramp.evidence.run_dir import HostEvidence, RunDirectory
from onramp.model.host import Host
from onramp.model.pain import Finding
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.pipeline import pool as pipeline
from onramp.providers import Provider
from onramp.providers.static import StaticProvider
from onramp.text.masking import masker_of
from onramp.text.sanitize import one_line


def evaluate(given: SimpleNamespace) -> int:
    """From clean to a running stack and back."""
    return perform(read(given, "evaluate"))


def provision(given: SimpleNamespace) -> int:
    """Up to docker without sudo."""
    return perform(read(given, "provision"))


def deploy(given: SimpleNamespace) -> int:
    """The stack, up and verified."""
    return perform(read(given, "deploy"))


def teardown(given: SimpleNamespace) -> int:
    """The stack, down again."""
    return perform(read(given, "teardown"))


def doctor(given: SimpleNamespace) -> int:
    """A survey and what it foresees."""
    return perform(read(given, "doctor"))


# --- doing it --------------------------------------------------------------------------------


def perform(request: Request) -> int:
    """The whole run; returns the exit code of the contract."""
    if request.list_only:
        print("\n".join(host.name for host in request.hosts))
        return 0
    console = Console(
        hosts=[host.name for host in request.hosts],
        quiet=request.quiet,
        verbose=request.verbose,
        to_stderr=request.as_json,
    )
    with terminating(), ExitStack() as stack:
        sources = providers(request, stack)
        evidence = RunDirectory.create(
            request.runs_dir,
            command=request.command,
            masker=masker_of(request.hosts, request.stack.env),
        )
        pairs = [
            (host, evidence.host(host.name, spec=host_patterns.word(host), listener=console.event))
            for host in request.hosts
        ]
        walk = _Walk(request, evidence, pairs, console)
        run = pipeline.Run(
            _job(request, console), sources, finished=walk.finished, meanwhile=_load_the_rest
        )
        with console:
            try:
                pipeline.run_all(run, pairs, forks=request.forks)
            except KeyboardInterrupt as stop:
                walk.interrupted = True
                if isinstance(stop, pipeline.AtOnce):
                    stack.pop_all()  # lab hosts are left to be swept by whoever looks next
        return _conclude(walk)


@dataclass(slots=True)
class _Walk:
    """A run on its way; `faults` is what could not be reported."""

    request: Request
    evidence: RunDirectory
    pairs: Sequence[tuple[Host, HostEvidence]]
    console: Console
    began: float = field(default_factory=time.monotonic)
    faults: list[str] = field(default_factory=list)
    interrupted: bool = False

    def finished(self, evidence: HostEvidence) -> None:
        """A host's own report, as soon as it is done: nothing waits for the slowest."""
        from onramp.reports import finished

        _, found = finished.reported(evidence, catalogue())
        self.faults.extend(f"{evidence.name}: {fault}" for fault in found)


def _load_the_rest() -> None:
    """What every run needs at its end, loaded while hosts think: a tenth of a second less to wait.

    Not to be had is for whoever needs it to say: on a report's page, and not here.
    """
    with suppress(Exception):
        from onramp.reports import build as report  # noqa: F401
        from onramp.reports import formats

        formats.load()


def _job(request: Request, console: Console) -> pipeline.Job:
    at_terminal = sys.stdin.isatty() and sys.stderr.isatty()
    asking = threading.Lock()  # one question at a time

    def yes(question: str) -> bool:
        with asking, console.aside():
            print(f"{one_line(question, 1000)} [y/N] ", end="", file=sys.stderr, flush=True)
            return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def remedy(host: str, finding: Finding, what: str) -> bool:
        return yes(f"{host}: {finding.pain}: {what} Do it?")

    return pipeline.Job(
        scope=request.scope,
        stack=request.stack,
        pains=catalogue(),
        allow=request.allow,
        check=request.check,
        keep=request.keep,
        purge=request.purge,
        requirements=request.scope == "evaluate",
        ask_remedy=remedy if at_terminal else None,
        ask_key=yes if at_terminal else None,
    )


def providers(request: Request, stack: ExitStack) -> dict[str, Provider]:
    """One provider for each source of hosts in this run; what they set up is closed at the end."""
    found: dict[str, Provider] = {}
    for name in {host.provider for host in request.hosts}:
        if name == "lab":
            from onramp.providers.lab.embedded_lab import Lab
            from onramp.providers.lab.provider import LabProvider

            lab = LabProvider(Lab(), keep=request.keep)
            _require(lab.lab.require)
            stack.callback(lab.close)
            found[name] = lab
        elif name == "vagrant":
            from onramp.providers.vagrant import VagrantProvider

            found[name] = VagrantProvider(ROOT)
        else:
            found[name] = StaticProvider()
    return found


def _require(require: object) -> None:
    """The lab's needs are the user's to meet: exit 1, and nothing was touched."""
    try:
        assert callable(require)
        require()
    except UsageError:
        raise
    except HarnessError as error:
        raise UsageError(error.brief, error.details, error.resolution) from None


class terminating:
    """While a run goes on, SIGTERM and SIGHUP count as Ctrl-C: what was seen is written down."""

    def __enter__(self) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        self.before = {
            number: signal.signal(number, interrupt)
            for number in (signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) is not signal.SIG_IGN
        }

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


# --- what came of it -------------------------------------------------------------------------


def _conclude(walk: _Walk) -> int:
    """The run's own report, the table, and the exit code."""
    from onramp.evidence import replay
    from onramp.reports import build as report
    from onramp.reports import formats

    pains, evidence = catalogue(), walk.evidence
    host_runs = [replay.host_run(one.events()) for _, one in walk.pairs]
    result = report.build(
        host_runs,
        id=evidence.id,
        command=evidence.command,
        started=evidence.started,
        seconds=round(time.monotonic() - walk.began, 3),
        fail_on=walk.request.fail_on,
        catalogue=pains,
        notes=(*_left_up(walk.request, host_runs), *_stays(walk.request, host_runs)),
    )
    result = replace(result, exit_code=_exit_code(result.exit_code, host_runs, walk))
    walk.faults += formats.write_run(result, evidence.path, pains)
    code = _exit_code(result.exit_code, host_runs, walk)
    evidence.finish(code, notes=(*result.notes, *walk.faults, *evidence.faults))
    if walk.request.as_json:
        from onramp.reports.formats import report_json as json_reporter

        print(json_reporter.run(replace(result, exit_code=code), pains), flush=True)
    walk.console.table(result, evidence.path)
    for fault in (*walk.faults, *evidence.faults):
        print(f"onramp: {one_line(fault, 400)}", file=sys.stderr)
    return code


def _exit_code(code: int, host_runs: Sequence[HostRun], walk: _Walk) -> int:
    if walk.interrupted:
        return 130
    faults = walk.faults or walk.evidence.faults or any(run.faults for run in host_runs)
    return 250 if faults else code


def _left_up(request: Request, host_runs: Sequence[HostRun]) -> tuple[str, ...]:
    """Where the stacks answer that this run leaves up."""
    if not (request.keep or request.scope == "deploy") or request.check:
        return ()
    return tuple(
        f"{run.name}: the stack {run.stack} is up: {', '.join(dict.fromkeys(run.answers))}"
        for run in host_runs
        if run.status == "passed" and run.answers
    )


def _stays(request: Request, host_runs: Sequence[HostRun]) -> tuple[str, ...]:
    """What --purge leaves on the hosts."""
    return tuple(
        f"{run.name}: stays on the host: {', '.join(run.leftovers)}"
        for run in host_runs
        if request.purge and run.leftovers
    )
