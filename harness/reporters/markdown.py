"""report.md, in the order of the evaluation form; index.md for the whole run."""

from __future__ import annotations

from collections.abc import Mapping

from harness.evidence import file_name
from harness.model import PainPoint, Report, RunReport
from harness.prose import form, stumbles
from harness.prose.markdown_text import bullets, code, link, prose, table, text
from harness.prose.wording import counted, duration
from harness.report import headline
from harness.reporters import Logs, Reporter, once

_Catalogue = Mapping[str, PainPoint]


@once
def host(report: Report, catalogue: _Catalogue, _logs: Logs) -> str:
    """One host: what happened first, then the form, then where the evidence is."""
    run = report.run
    sections = [
        ("Overview of Exploration", form.overview(run)),
        ("Procedure", form.procedure(run)),
        ("Requirements", form.requirements(run)),
        ("User Experience", _experience(report, catalogue)),
        (
            "Strengths",
            form.section(
                report.strengths, run, "strengths", "What are the advantages of this tool?"
            ),
        ),
        (
            "Weaknesses",
            form.section(
                report.weaknesses, run, "weaknesses", "What are the disadvantages of this tool?"
            ),
        ),
        ("Concerns", form.section(report.concerns, run, "concerns", "What else gives pause?")),
        (
            "Recommendation",
            f"{prose(report.recommendation)}\n\n"
            + form.section(
                (), run, "recommendation", "Would you recommend the tool, with which caveats?"
            ),
        ),
        ("Evidence", _evidence()),
    ]
    body = "\n\n".join(f"## {title}\n\n{content}" for title, content in sections)
    return f"# Docker Compose on {text(run.name)}\n\n**{text(headline(run))}**\n\n{body}\n"


def run(report: RunReport, catalogue: _Catalogue) -> str:
    """All hosts of a run in one table, failures last."""
    return index(report, host_file="report.md")


def index(report: RunReport, *, host_file: str) -> str:
    """The same, linking to files of that name."""
    rows = [_row(entry, host_file) for entry in report.reports]
    head = [
        "Host",
        "Status",
        "Engine",
        "Compose",
        "Pain points",
        "Set-up / task / shut-down / docs",
        "Took",
    ]
    parts = [
        f"# Run {text(report.id)}",
        f"**{text(_summary(report))}**",
        f"{code(report.command)}, started {text(report.started)}, took "
        f"{duration(report.seconds)}, exit code {report.exit_code}.",
        table(head, rows) if rows else "No host was selected.",
        bullets(text(headline(entry.run)) for entry in report.reports),
    ]
    if report.notes:
        parts += ["## Notes", bullets(map(text, report.notes))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(report: RunReport) -> str:
    statuses = [entry.run.status for entry in report.reports]
    passed = sum(status == "passed" for status in statuses)
    if statuses and passed == len(statuses):
        return f"{counted(passed, 'host').capitalize()} passed."
    others = [status for status in dict.fromkeys(statuses) if status != "passed"]
    counts = [f"{counted(statuses.count(status), 'host')} {status}" for status in others]
    whole = ", ".join([f"{counted(passed, 'host')} passed", *counts])
    return f"{whole[:1].upper()}{whole[1:]}."


def _row(report: Report, host_file: str) -> list[str]:
    run = report.run
    page = f"hosts/{file_name(run.name)}/{host_file}"
    pains = ", ".join(code(pain) for pain in dict.fromkeys(one.pain for one in run.findings))
    status = run.status if run.status in ("passed", "planned") else f"**{run.status}**"
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


def _experience(report: Report, catalogue: _Catalogue) -> str:
    run = report.run
    parts = [
        form.ratings(report),
        "Each rating starts at 10; what takes points is in Onramp's `docs/ratings.md`.",
        form.section(
            (), run, "experience", "How did it feel to use? (ratings of your own, with insight)"
        ),
    ]
    if run.findings:
        parts.append("### Pain points, in the order they were met")
        parts += [stumbles.pain_point(finding, catalogue) for finding in run.findings]
    else:
        parts.append("No pain point was met.")
    if run.unexplained:
        parts += ["### Unexplained", *map(stumbles.unexplained, run.unexplained)]
    return "\n\n".join(parts)


def _evidence() -> str:
    return bullets(
        [
            f"{link('reproduce.sh', 'reproduce.sh')}: the commands really run, to run again",
            f"{link('events.jsonl', 'events.jsonl')}: everything that happened, in order",
            f"{link('logs', 'logs/')}: what each command printed, verbatim but for secrets",
            f"{link('report.json', 'report.json')}: this report for programs",
        ]
    )


MARKDOWN = Reporter(id="markdown", host_file="report.md", run_file="index.md", host=host, run=run)
