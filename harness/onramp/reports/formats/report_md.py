"""report.md, in the order of the evaluation form; index.md for the whole run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from onramp.model.pain import Catalogue
from onramp.model.run import Report, RunReport
from onramp.reports import fleet_index, ways_compared
from onramp.reports.build import headline, in_a_word, of_a_look
from onramp.reports.document import Document, Part, Section, markdown
from onramp.reports.form import (
    at_a_glance,
    filled_form,
    pain_sections,
    questions,
    requirements_table,
)
from onramp.reports.form.measured_answers import PAINS
from onramp.reports.form.procedure import procedure
from onramp.reports.formats import Logs, Reporter, once
from onramp.reports.host_groups import FEW
from onramp.text.file_names import file_name
from onramp.text.humanize import counted, duration
from onramp.text.markdown import bullets, code, link, table, text

HEAD: Final = ("Host", "Status", "Engine", "Compose", "Pain points",
               "Set-up / task / shut-down / docs", "Took")  # fmt: skip


@once
def host(report: Report, catalogue: Catalogue, _logs: Logs) -> str:
    """One host: what matters first, then the form, then where the evidence is."""
    return markdown(document(report, catalogue))


def document(report: Report, catalogue: Catalogue) -> Document:
    """The same as a tree, of which the host's page is made, too."""
    run = report.run
    answered = filled_form.filled(report, catalogue)
    still_open = sum(not one.answers for one in answered.values())
    opening = (
        f"# Docker Compose on {text(run.name)}",
        f"**{text(headline(run))}**",
        at_a_glance.glance(report, catalogue, still_open),
    )
    left = Part(filled_form.still_open(answered, run))
    sections = (
        *(_section(one, report, catalogue, answered) for one in questions.FORM),
        Section("Questions still open", (left,)),
        Section("Evidence", (Part(_evidence()),), "evidence"),
    )
    return Document("\n\n".join(opening), sections)


def _section(
    asked: questions.Section,
    report: Report,
    catalogue: Catalogue,
    answered: Mapping[str, filled_form.Answered],
) -> Section:
    """The questions of a section, then what belongs to it and is longer than an answer."""
    answers = Part(filled_form.section(asked, answered))
    match asked.title:
        case "Procedure":
            return Section(asked.title, (answers, *procedure(report.run)), "procedure")
        case "Requirements":
            needs = Part(requirements_table.table(report.run), kind="table")
            return Section(asked.title, (answers, needs), "requirements")
        case "User Experience":
            longer = _experience(report, catalogue)
            return Section(asked.title, (answers, *longer), "experience")
    return Section(asked.title, (answers,))


def run(report: RunReport, catalogue: Catalogue) -> str:
    """A run of few hosts in one table, failures last; one of many in groups."""
    opening = (
        f"# Run {text(report.id)}",
        f"**{text(sentence(report))}**",
        f"{code(report.command)}, started {text(report.started)}, took "
        f"{duration(report.seconds)}, exit code {report.exit_code}.",
    )
    many = len(report.reports) > FEW
    parts = _of_many(report, catalogue) if many else _of_few(report)
    return "\n\n".join(part for part in (*opening, *parts) if part) + "\n"


def _of_few(report: RunReport) -> Iterator[str]:
    rows = [row(entry, "report.md") for entry in report.reports]
    yield table(HEAD, rows) if rows else "No host was selected."
    yield bullets(text(headline(entry.run)) for entry in report.reports)
    yield from ways_compared.as_markdown(report)
    if report.notes:
        yield "## Notes"
        yield bullets(map(text, report.notes))


def _of_many(report: RunReport, catalogue: Catalogue) -> Iterator[str]:
    return fleet_index.sections(
        report,
        catalogue,
        head=HEAD,
        row=lambda one: row(one, "report.md"),
        name=lambda one: link(one.name, f"hosts/{file_name(one.name)}/report.md"),
    )


def sentence(report: RunReport) -> str:
    """How many hosts passed, and what became of the others."""
    if look := of_a_look([entry.run for entry in report.reports]):
        return look
    statuses = [entry.run.status for entry in report.reports]
    passed = sum(status == "passed" for status in statuses)
    if statuses and passed == len(statuses):
        return f"{counted(passed, 'host').capitalize()} passed."
    others = [status for status in dict.fromkeys(statuses) if status != "passed"]
    counts = [f"{counted(statuses.count(status), 'host')} {status}" for status in others]
    whole = ", ".join([f"{counted(passed, 'host')} passed", *counts])
    return f"{whole[:1].upper()}{whole[1:]}."


def row(report: Report, host_file: str) -> list[str]:
    """A host's cells below HEAD."""
    run = report.run
    page = f"hosts/{file_name(run.name)}/{host_file}"
    pains = ", ".join(code(pain) for pain in dict.fromkeys(one.pain for one in run.findings))
    status = in_a_word(run) if run.status in ("passed", "planned") else f"**{run.status}**"
    numbers = " / ".join(
        "-" if rating.measured is None else str(rating.measured)
        for rating in report.ratings.values()
    )
    return [
        link(run.name, page),
        status,
        code(run.versions.get("engine") or ""),
        code(run.versions.get("compose") or ""),
        pains or "none",
        numbers,
        duration(run.total_s),
    ]


def _experience(report: Report, catalogue: Catalogue) -> Iterator[Part]:
    run = report.run
    if any(rating.measured is not None for rating in report.ratings.values()):
        yield Part("Each rating starts at 10; what takes points is in Onramp's `docs/ratings.md`.")
    yield Part(filled_form.notes(run))
    if run.findings:
        met = (pain_sections.pain_point(finding, catalogue) for finding in run.findings)
        yield Part("\n\n".join(met), PAINS, "pains")
    if run.unexplained:
        failures = map(pain_sections.unexplained, run.unexplained)
        yield Part("\n\n".join(failures), "Unexplained", "unexplained")


def _evidence() -> str:
    return bullets(
        [
            f"{link('reproduce.sh', 'reproduce.sh')}: the commands really run, to run again",
            f"{link('events.jsonl', 'events.jsonl')}: everything that happened, in order",
            f"{link('terminal.cast', 'terminal.cast')}: what a newcomer saw, for `asciinema play`",
            f"{link('logs', 'logs/')}: what each command printed, verbatim but for secrets",
            f"{link('report.json', 'report.json')}: this report for programs",
        ]
    )


MARKDOWN = Reporter(id="markdown", host_file="report.md", run_file="index.md", host=host, run=run)
