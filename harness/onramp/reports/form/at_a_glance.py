"""The first screen of a report: what came of it, how it was, what got in the way. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from onramp.model.pain import SEVERITIES, Catalogue, Finding, PainPoint, Unexplained
from onramp.model.run import Report
from onramp.reports.form import by_hand, filled_form
from onramp.reports.form.evidence_links import anchor
from onramp.reports.ratings import severity_of
from onramp.text.humanize import counted, duration, in_words
from onramp.text.markdown import bullets, code, link, prose

_OVER = ("remedied", "noted")


def glance(report: Report, catalogue: Catalogue, open_questions: int) -> str:
    """Verdict, ratings, pain points each with its remedy, and where to read on."""
    run = report.run
    parts = [
        prose(report.verdict) if run.status == "passed" else ""
    ]  # else the headline has it all
    if any(rating.measured or rating.reviewer for rating in report.ratings.values()):
        parts.append(filled_form.ratings(report))
    worst = sorted(run.findings, key=lambda one: SEVERITIES.index(severity_of(one, catalogue)))
    rows = [_unexplained(failure) for failure in run.unexplained]
    rows += [_pain(finding, catalogue) for finding in worst]
    parts.append(bullets(rows))
    parts.append(" · ".join(_on(report, open_questions)))
    parts.append("Answers without a name were measured here; the link after each is its evidence.")
    return "\n\n".join(filter(None, parts))


def _on(report: Report, open_questions: int) -> Iterator[str]:
    heading = by_hand.title(report.run)
    if heading:
        yield f"[{heading}]({anchor(heading)})"
    if open_questions:
        yield f"[{counted(open_questions, 'question')} still open](#questions-still-open)"
    yield "[Evidence](#evidence)"


def _pain(finding: Finding, catalogue: Catalogue) -> str:
    pain = catalogue.get(finding.pain)
    title = prose(pain.title if pain else finding.pain)
    name = f"[{title}]({anchor(pain.title)})" if pain else title
    where = f" at {code(finding.step)}" if finding.step else ""
    lost = f", {duration(finding.seconds_lost)} lost" if finding.seconds_lost else ""
    what = "foreseen" if finding.how == "foreseen" else "met"
    became = in_words(finding.outcome)
    became = became if finding.outcome in _OVER else f"**{became}**"
    weight = f"**{severity_of(finding, catalogue)}**"
    return f"{weight} {name}, {what}{where}{lost}; {became}: {_remedy(finding, pain)}"


def _remedy(finding: Finding, pain: PainPoint | None) -> str:
    """One line: what was typed, or else what the catalogue advises."""
    remedy = pain.remedy if pain else None
    if finding.outcome == "remedied" and finding.remedy_commands:
        return code("; ".join(finding.remedy_commands), 120)
    return prose(remedy.summary) if remedy else "no remedy is known"


def _unexplained(failure: Unexplained) -> str:
    log = f" ({link('log', failure.evidence.log)})" if failure.evidence.log else ""
    return f"**unexplained** {code(failure.evidence.command)} at {code(failure.step)}{log}"
