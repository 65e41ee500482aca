"""What a team needs of a deployment tool, as it was found on a host. Pure."""

from __future__ import annotations

from onramp.model.run import HostRun, RequirementRun
from onramp.text import markdown
from onramp.text.humanize import in_words
from onramp.text.markdown import code, link, text


def table(run: HostRun) -> str:
    """A row for each requirement; empty where nothing was measured."""
    if not run.requirements:
        return ""
    head = ["What a team needs", "Here", "What was seen", "Tried with", "Why it is needed"]
    return markdown.table(head, map(_row, run.requirements))


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
