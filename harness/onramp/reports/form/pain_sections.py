"""The pain points and unexplained failures of a host, each with its evidence. Pure Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from onramp.model.pain import Catalogue, Evidence, Finding, PainPoint, Remedy, Unexplained
from onramp.reports.form.procedure import ended
from onramp.reports.form.shell_lines import told
from onramp.text.humanize import counted, duration, in_words, listed
from onramp.text.markdown import bullets, code, fence, link, prose

_LEAVE: Final[Mapping[str, str]] = {
    "safe": "safe to do",
    "ask": "runs only with `--allow={id}`, or after a yes",
    "human": "for a person to do",
}


def pain_point(finding: Finding, catalogue: Catalogue) -> str:
    """One pain point: what was seen, why it happens, what cures it."""
    pain = catalogue.get(finding.pain)
    return "\n\n".join(
        [
            f"#### {prose(pain.title if pain else finding.pain)}",
            " · ".join(_facts(finding, pain)),
            *evidence(finding.evidence),
            *_reasons(finding, pain),
            *_cure(finding, pain.remedy if pain else None),
            *_references(pain),
        ]
    )


def unexplained(failure: Unexplained) -> str:
    """A failure no pain point accounts for: shown, never guessed at."""
    return "\n\n".join(
        [
            f"#### Unexplained, at {code(failure.step)}",
            "No known pain point explains this failure.",
            *evidence(failure.evidence),
        ]
    )


def evidence(seen: Evidence) -> Iterator[str]:
    """The command, how it ended, the decisive lines, and where the rest is."""
    where = f" ({link('log', seen.log)})" if seen.log else ""
    if seen.command:
        yield f"{code(seen.command)} {ended(seen.exit_code)}{where}:"
    elif where:
        yield f"Seen{where}:"
    if seen.excerpt.strip():
        yield fence(seen.excerpt)


def _facts(finding: Finding, pain: PainPoint | None) -> Iterator[str]:
    yield code(finding.pain)
    if pain:
        yield f"**{pain.severity}**"
    yield f"{finding.how}{f' at {code(finding.step)}' if finding.step else ''}"
    yield f"**{in_words(finding.outcome)}**"
    if finding.seconds_lost:
        yield f"{duration(finding.seconds_lost)} lost"
    if finding.extra_commands:
        yield counted(finding.extra_commands, "extra command")
    if finding.confidence < 1:
        yield f"{finding.confidence:.0%} sure"


def _reasons(finding: Finding, pain: PainPoint | None) -> Iterator[str]:
    if pain:
        yield f"**Why it happens.** {prose(pain.cause)}"
    if finding.because:
        yield f"**Why this and nothing else.** {'; '.join(map(prose, finding.because))}."
    if finding.consequences:
        yield f"**It also explains** {listed(map(code, finding.consequences))}."
    if finding.rivals:
        yield f"**Not ruled out:** {listed(map(code, finding.rivals))}."


def _cure(finding: Finding, remedy: Remedy | None) -> Iterator[str]:
    commands = finding.remedy_commands or (remedy.commands if remedy else ())
    if remedy:
        leave = _LEAVE[remedy.kind].format(id=finding.pain)
        leave = "this is what was done" if finding.outcome == "remedied" else leave
        yield f"**What cures it** ({leave}). {prose(remedy.summary)}"
    elif commands:
        yield "**What cured it.**" if finding.outcome == "remedied" else "**What cures it.**"
    if commands:
        yield fence("\n".join(told(commands)), "sh")
    if remedy and remedy.side_effects.strip("- "):
        yield f"Side effects: {prose(remedy.side_effects)}"


def _references(pain: PainPoint | None) -> Iterator[str]:
    if pain and pain.references:
        yield "References:\n\n" + bullets(_reference(entry) for entry in pain.references)


def _reference(entry: str) -> str:
    return link(entry, entry) if entry.startswith(("https://", "http://")) else prose(entry)
