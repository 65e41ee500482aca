"""bench --simulated: Onramp without SSH, to see what its own parts take of thousands of hosts.

The engine, the events on disk and the reports are real; a host is an answer to the survey that was
taken of this machine once. Each count is run by a process of its own, so that memory is its own.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import msgspec

from onramp import SHIPPED
from onramp.cli import flags
from onramp.cli.console import Console
from onramp.cli.host_reports import HostReports
from onramp.cli.report_process import report_process
from onramp.cli.run_reporter import RunReporter
from onramp.cli.schemas.bench_schema import Simulated, Simulations
from onramp.config import load_stack
from onramp.config.host_patterns import words
from onramp.errors import HarnessError
from onramp.journey import survey
from onramp.model.action import Command, Outcome
from onramp.model.host import Host
from onramp.pains import catalogue
from onramp.pipeline import connect
from onramp.pipeline.host_session import host_sessions
from onramp.pipeline.pool import run_all
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers.static import StaticProvider
from onramp.text import tables
from onramp.text.json_text import indented
from onramp.text.tables import Block

MOST_HOSTS: Final = 100_000
TOKEN: Final = "0123456789abcdef01234567"


class Answering:
    """A login to a host that answers the survey, whoever asks, and nothing else."""

    def __init__(self, host: Host, said: str) -> None:
        self.address, self.said = host.address, said
        self.cancel = threading.Event()
        self.sudo_mode: str | None = None

    def run(self, command: Command) -> Outcome:
        """As if the script had been run, in no time."""
        _, _, rest = command.script.partition("printf '\\n%s %s\\n' ")
        return Outcome(command.shown, 0, self.said.replace(TOKEN, rest.split(" ", 1)[0]))

    def close(self) -> None: ...


def of_this_machine() -> str:
    """What the survey's script prints here."""
    probe = survey.probe_command(TOKEN)
    return subprocess.run(["sh"], input=probe.script, capture_output=True, text=True).stdout


def bench(options: SimpleNamespace) -> int:
    """0 when all was measured."""
    counts = [
        flags.whole("--simulated", one, default=0, most=MOST_HOSTS)
        for one in words(options.simulated)
    ]
    rows = [_in_a_process(count) for count in counts]
    print(indented(Simulations(rows)) if options.json else _table(rows))
    return 0


def _table(rows: Sequence[Simulated]) -> str:
    head = ("HOSTS", "ENGINE", "WITH REPORTS", "CONTROLLER", "REPORT PROCESS", "DISK A HOST")
    cells = [
        (
            str(row.hosts), f"{row.engine_s:.1f} s", f"{row.reports_s:.1f} s",
            f"{row.controller_mb} MB", f"{row.report_process_mb} MB", f"{row.disk_kb_a_host} kB",
        )
        for row in rows
    ]  # fmt: skip
    return tables.text([Block(head=head, rows=cells)])


def measured(count: int, folder: Path) -> Simulated:
    """Onramp over so many hosts, with its run in this folder."""
    said = of_this_machine()
    connect.open_ssh = lambda host, *_, **__: Answering(host, said)  # type: ignore[assignment,attr-defined]
    stack = load_stack.load("hello-world", cwd=folder, project_root=SHIPPED)
    hosts = tuple(
        Host(f"h{number:05}", f"198.51.{number // 256 % 256}.{number % 256}")
        for number in range(count)
    )
    options = RunOptions("doctor", stack, hosts, folder / "runs", forks=16, command="invoke doctor")
    pains = catalogue()
    with report_process() as process:
        run = RunSession(options, pains, {"static": StaticProvider()})
        directory = options.run_directory()
        reports = HostReports(process, hosts=count)
        reports.load()
        reporter = RunReporter(run, directory, Console(quiet=True), reports)
        run.finished = reports.begin
        sessions = host_sessions(run, directory)
        began = time.monotonic()
        run_all(run, sessions)
        engine_s = time.monotonic() - began
        code = reporter.report(sessions)
        all_s = time.monotonic() - began
    own, reports = (_megabytes(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if code:
        raise HarnessError(f"bench: exit code {code}")
    return Simulated(
        hosts=count,
        engine_s=round(engine_s, 2),
        reports_s=round(all_s, 2),
        controller_mb=own,
        report_process_mb=reports,
        disk_kb_a_host=round(_kilobytes(directory.path) / count, 1),
    )


def _megabytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def _kilobytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1024


def _in_a_process(count: int) -> Simulated:
    """`measured`, in a process and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="onramp-bench-") as folder:
        words = [sys.executable, __file__, str(count), folder]
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Simulated)


if __name__ == "__main__":
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        found = measured(int(sys.argv[1]), Path(sys.argv[2]))
    print(indented(found))
