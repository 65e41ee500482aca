"""summary.md: a run on the page of a CI job, read away from the run's folder.

index.md is for the folder: it links to its files. Here nothing is a link to a file, since a CI
system shows the text elsewhere; paths are named instead. Those who did not pass come first, what is
long is folded, and it stays below what GitHub takes (1 MiB a step) whatever hosts print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from onramp.model.pain import Catalogue, PainPoint, Unexplained
from onramp.model.run import Report, RunReport
from onramp.reports import ways_compared
from onramp.reports.build import ORDER, headline
from onramp.reports.formats import Reporter
from onramp.reports.formats.report_md import HEAD, row, sentence
from onramp.reports.group_tables import (
    STOPPED_HEAD,
    SYSTEM_HEAD,
    UNEXPLAINED_HEAD,
    last_line,
    stopped_rows,
    system_rows,
    unexplained_rows,
)
from onramp.reports.host_groups import FEW, by_cause, by_system
from onramp.reports.pain_frequency import MetPain, pains_met
from onramp.text.file_names import file_name
from onramp.text.fitting import fitting
from onramp.text.humanize import counted, duration
from onramp.text.markdown import bullets, code, prose, table, text

SHOWN: Final = 25  # hosts in a list; in a table before it is folded
FIRST: Final = 6  # groups of a kind, and notes, that are not folded
NAMED: Final = 4  # hosts of a pain point that are named
HOSTS_BYTES: Final = 500_000
SECTION_BYTES: Final = 120_000


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The run on one page: who got through, what was in the way, and what nobody can explain."""
    parts = [
        f"# Onramp: {text(sentence(report)).removesuffix('.')}",
        f"{code(report.command)} took {duration(report.seconds)}, exit code {report.exit_code}.",
        *_stopped(report),
        *_pain_points(report, catalogue),
        *_unexplained(report),
        *_systems(report),
        *_hosts(report),
        *ways_compared.as_markdown(report),
        *_notes(report),
        f"All evidence is in the folder of run {code(report.id)}: `index.html` is where to begin, "
        "and `hosts/` has a `report.html` for each host.",
    ]
    return "\n\n".join(parts) + "\n"


def _stopped(report: RunReport) -> Iterator[str]:
    """Those who did not get through, each with its reason and where its report is."""
    stopped, _ = _sides(report)
    if len(stopped) > _listed(report):
        yield "## Did not pass"
        found = by_cause(one.run for one in stopped)
        rows = stopped_rows(found, lambda run: text(run.name, 80))
        yield from _folded_table(STOPPED_HEAD, list(rows), "more reason")
    elif stopped:
        yield "## Did not pass"
        lines = (
            f"{text(headline(one.run))} {code(f'hosts/{file_name(one.run.name)}/report.html')}"
            for one in stopped[:SHOWN]
        )
        yield from _fitting_list(lines, of=len(stopped))


def _listed(report: RunReport) -> int:
    """How many hosts are listed one by one before those alike are taken together."""
    return FIRST if len(report.reports) > FEW else SHOWN


def _sides(report: RunReport) -> tuple[list[Report], list[Report]]:
    """Those who did not get through, the worst first, and those who did."""
    through = ("passed", "planned")
    stopped = [one for one in report.reports if one.run.status not in through]
    stopped.sort(key=lambda one: -ORDER[one.run.status])
    return stopped, [one for one in report.reports if one.run.status in through]


def _pain_points(report: RunReport, catalogue: Catalogue) -> Iterator[str]:
    """The most frequent first; each with what cures it."""
    met = pains_met((one.run for one in report.reports), catalogue)
    if not met:
        return
    yield "## Pain points"
    of = len(report.reports)
    rows = (_pain_row(one, of, catalogue.get(one.id)) for one in met)
    head = ["Pain point", "Severity", "Hosts", "What cures it"]
    if of > FEW:
        yield from _folded_table(head, list(rows), "more pain point")
    else:
        yield from _fitting_table(head, rows, of=len(met))


def _pain_row(met: MetPain, of: int, pain: PainPoint | None) -> list[str]:
    title = f"{prose(pain.title)} ({code(met.id)})" if pain else code(met.id)
    hosts = [text(host, 80) for host, _ in met.hosts[:NAMED]]
    more = [f"{len(met.hosts) - NAMED} more"] if len(met.hosts) > NAMED else []
    where = f"{len(met.hosts)} of {of}: {', '.join([*hosts, *more])}"
    cure = prose(pain.remedy.summary, 300) if pain and pain.remedy else "-"
    return [title, met.severity or "-", where, cure]


def _unexplained(report: RunReport) -> Iterator[str]:
    found = [(one.run, failure) for one in report.reports for failure in one.run.unexplained]
    if found:
        yield "## Unexplained"
        yield "No known pain point explains these failures."
    if len(found) > _listed(report):
        yield from _folded_table(UNEXPLAINED_HEAD, unexplained_rows(found), "more kind")
    elif found:
        rows = (_unexplained_row(run.name, failure) for run, failure in found)
        head = ["Host", "Step", "Command", "Its last line"]
        yield from _fitting_table(head, rows, of=len(found))


def _unexplained_row(host: str, failure: Unexplained) -> list[str]:
    seen = failure.evidence
    said = code(last_line(seen.excerpt), 300)
    return [text(host, 80), code(failure.step, 80), code(seen.command, 200), said]


def _systems(report: RunReport) -> Iterator[str]:
    """Of many hosts, how those of each system did."""
    if len(report.reports) > FEW:
        yield "## Systems"
        rows = list(system_rows(by_system(one.run for one in report.reports)))
        yield from _folded_table(SYSTEM_HEAD, rows, "more system")


def _hosts(report: RunReport) -> Iterator[str]:
    """All of them; of many, those that passed are folded away."""
    yield "## Hosts"
    if not report.reports:
        yield "No host was selected."
        return
    stopped, fine = _sides(report)
    if len(report.reports) <= SHOWN:
        yield from _host_table([*stopped, *fine], HOSTS_BYTES)
        return
    for some, what in ((stopped, "did not pass"), (fine, "passed or were planned")):
        if some:
            yield f"<details><summary>{counted(len(some), 'host')} {what}</summary>"
            yield from _host_table(some, HOSTS_BYTES // 2)
            yield "</details>"


def _notes(report: RunReport) -> Iterator[str]:
    if report.notes:
        yield "## Notes"
        yield from _fitting_list(map(text, report.notes[:FIRST]), of=len(report.notes))


def _host_table(reports: Sequence[Report], limit: int) -> Iterator[str]:
    rows = ([text(one.run.name, 100), *row(one, "")[1:]] for one in reports)
    return _fitting_table(HEAD, rows, of=len(reports), limit=limit)


# --- what fits --------------------------------------------------------------------------------


def _folded_table(head: Sequence[str], rows: Sequence[Sequence[str]], more: str) -> Iterator[str]:
    """The first rows, and the others folded away."""
    first, others = rows[:FIRST], rows[FIRST:]
    yield table(head, first)
    if others:
        yield f"<details><summary>{counted(len(others), more)}</summary>"
        yield from _fitting_table(head, others, of=len(others))
        yield "</details>"


def _fitting_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, of: int, limit: int = SECTION_BYTES
) -> Iterator[str]:
    """As many rows as fit, then how many do not."""
    fit = fitting(rows, limit, " | ".join)
    yield table(head, fit)
    yield from _left_out(of - len(fit))


def _fitting_list(items: Iterable[str], *, of: int) -> Iterator[str]:
    fit = fitting(items, SECTION_BYTES, str)
    yield bullets(fit)
    yield from _left_out(of - len(fit))


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield f"{count} more are in `index.html`."


SUMMARY = Reporter(id="summary", run_file="summary.md", run=run)
