"""What a team needs of a deployment tool, as it was found on a host. Pure."""

from __future__ import annotations

from harness.model import HostRun, RequirementRun
from harness.prose import markdown_text
from harness.prose.markdown_text import code, link, text
from harness.prose.wording import in_words


def table(run: HostRun) -> str:
    """A row for each requirement; empty where nothing was measured."""
    if not run.requirements:
        return ""
    head = ["What a team needs", "Here", "What was seen", "Tried with", "Why it is needed"]
    return markdown_text.table(head, map(_row, run.requirements))


def _row(need: RequirementRun) -> list[str]:
    seen = need.evidence
    log = f" ({link('log', seen.log)})" if seen and seen.log else ""
    return [
        text(need.title),
        "**missing**" if need.status == "missing" else text(in_words(need.status)),
        (text(need.because) or "-") + log,
        code(seen.command if seen else ""),
        text(need.why) or "-",
    ]
