"""Report formats: one file each, exporting a Reporter; and the writing of them all.

A reporter turns a Report into text and does nothing else. Its libraries are imported when it
renders, not when it is loaded.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial, wraps
from pathlib import Path

from msgspec import Struct

from onramp import plugins
from onramp.evidence import logs as log_files
from onramp.evidence.files import write_atomically
from onramp.evidence.logs import Printed
from onramp.evidence.own_files import lies_within
from onramp.model.pain import Catalogue
from onramp.model.run import Report, RunReport
from onramp.text.file_names import file_name
from onramp.text.sanitize import one_line

Logs = Callable[[str], Printed]  # by the name evidence has for a log ("logs/0007-…")
RenderHost = Callable[[Report, Catalogue, Logs], str]


class Reporter(Struct, frozen=True):
    """One format. A file name left empty, or a renderer left out, means there is no such file."""

    id: str
    host_file: str = ""
    run_file: str = ""
    host: RenderHost | None = None
    run: Callable[[RunReport, Catalogue], str] | None = None
    executable: bool = False
    load: Callable[[], object] | None = None  # fetches its library, for those who have time now


def once(render: RenderHost) -> RenderHost:
    """The last text a thread had made is kept: a page is made of what other formats wrote.

    The same report with the same logs is known by being the very same.
    """
    kept = threading.local()

    @wraps(render)
    def remembered(report: Report, catalogue: Catalogue, logs: Logs) -> str:
        report_, logs_, text = getattr(kept, "last", (None, None, ""))
        if report_ is not report or logs_ is not logs:
            text = render(report, catalogue, logs)
            kept.last = (report, logs, text)
        return str(text)

    return remembered


@cache
def reporters() -> Mapping[str, Reporter]:
    """Every format there is, by id."""
    return plugins.collect(sys.modules[__name__], Reporter)


def load() -> None:
    """Every reporter with all it needs, ahead of use; raises whatever importing raises."""
    for one in reporters().values():
        if one.load:
            one.load()


def host_folder(run_dir: Path, name: str) -> Path:
    """Where a host's files are: as evidence.py named it."""
    return run_dir / "hosts" / file_name(name)


def write_host(report: Report, folder: Path, catalogue: Catalogue) -> tuple[str, ...]:
    """Writes one host's reports into its folder, as soon as it is finished.

    Returns what went wrong, in words: a full disk or a fault in one format stops no other.
    """
    logs = cache(partial(log_files.shown, folder))  # several formats show the same ones
    return tuple(
        fault
        for one in reporters().values()
        if one.host and one.host_file
        for fault in _written(
            one, folder / one.host_file, partial(one.host, report, catalogue, logs)
        )
    )


def write_run(run_report: RunReport, run_dir: Path, catalogue: Catalogue) -> tuple[str, ...]:
    """Writes what is about all hosts together. Returns what went wrong."""
    return tuple(
        fault
        for one in reporters().values()
        if one.run and one.run_file
        for fault in _written(one, run_dir / one.run_file, partial(one.run, run_report, catalogue))
    )


def write_all(run_report: RunReport, run_dir: Path, catalogue: Catalogue) -> tuple[str, ...]:
    """Writes every report of every host, and the run's own. Returns what went wrong."""

    hosts = (
        fault for report in run_report.reports for fault in write_within(run_dir, report, catalogue)
    )
    return (*hosts, *write_run(run_report, run_dir, catalogue))


def write_within(run_dir: Path, report: Report, catalogue: Catalogue) -> tuple[str, ...]:
    """Writes one host's reports into its folder in the run. Returns what went wrong.

    A run that came from somebody else may hold links: nothing is written where they lead.
    """
    folder = host_folder(run_dir, report.run.name)
    if not lies_within(folder, run_dir):
        return (f"hosts/{folder.name}: is a link out of the run, nothing is written there",)
    return write_host(report, folder, catalogue)


def _written(reporter: Reporter, path: Path, render: Callable[[], str]) -> Iterator[str]:
    try:
        write_atomically(path, render(), executable=reporter.executable)
    except Exception as error:  # a fault in one format must not cost the others
        yield one_line(f"{path.name} ({reporter.id}): {type(error).__name__}: {error}", 400)
