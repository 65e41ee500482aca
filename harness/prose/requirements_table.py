"""What a team needs of a deployment tool, as it was found on a host: the form's question. Pure."""

from __future__ import annotations

from typing import Final

from harness.model import HostRun, RequirementRun, RequirementStatus
from harness.prose import markdown_text
from harness.prose.markdown_text import code, link, text
from harness.prose.wording import counted, listed

QUESTION: Final = "Does the tool meet the requirements needed for MLOps innately?"
_WORDS: Final[dict[RequirementStatus, str]] = {
    "met": "met",
    "missing": "**missing**",
    "untestable": "not testable here",
}


def answer(run: HostRun) -> str:
    """One sentence in Markdown; empty where nothing was measured."""
    if not run.requirements:
        return ""
    found = {status: _titles(run, status) for status in _WORDS}
    total, met = len(run.requirements), len(found["met"])
    if met == total:
        return f"All {total} requirements are met on this host."
    parts = [f"{met} of {counted(total, 'requirement')} are met on this host"]
    if found["missing"]:
        parts.append(f"{len(found['missing'])} missing ({listed(found['missing'])})")
    if found["untestable"]:
        parts.append(f"{len(found['untestable'])} not testable here")
    return f"{'; '.join(parts)}."


def table(run: HostRun) -> str:
    """The question, its answer, a row for each requirement; empty where nothing was measured."""
    if not run.requirements:
        return ""
    head = ["What a team needs", "Here", "What was seen", "Tried with", "Why it is needed"]
    rows = markdown_text.table(head, map(_row, run.requirements))
    return f"**{QUESTION}** {answer(run)}\n\n{rows}"


def _row(need: RequirementRun) -> list[str]:
    seen = need.evidence
    log = f" ({link('log', seen.log)})" if seen and seen.log else ""
    return [
        text(need.title),
        _WORDS.get(need.status, text(need.status)),
        (text(need.because) or "-") + log,
        code(seen.command if seen else ""),
        text(need.why) or "-",
    ]


def _titles(run: HostRun, status: RequirementStatus) -> list[str]:
    return [code(need.id) for need in run.requirements if need.status == status]
