"""Which way to an engine hurts least on a system, where one run tried several. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from onramp.model.rating import STAGES
from onramp.model.run import HostRun, Report, RunReport
from onramp.model.step import PROVISION
from onramp.reports.conclusions import cause
from onramp.text.humanize import counted, duration
from onramp.text.markdown import bullets, prose, table, text
from onramp.text.sanitize import one_line

TITLE: Final = "Which way to an engine hurts least"
HEAD: Final = (
    "System",
    "Way",
    "What came of it",
    "Pain points",
    "Commands",
    "Engine ready",
    "Set-up",
)


class Way(Struct, frozen=True):
    """One way on one system; `commands` and `seconds` are those of the set-up."""

    system: str
    method: str
    host: str
    status: str
    why: str  # where it did not come through
    pains: tuple[str, ...]
    commands: int
    seconds: float
    rating: int | None

    @property
    def cells(self) -> tuple[str, ...]:
        """Below HEAD, as plain words."""
        through = self.status == "passed"
        return (
            self.system,
            self.method,
            self.status if through else f"{self.status}: {self.why}",
            ", ".join(self.pains) or "none",
            str(self.commands) if through else "-",
            duration(self.seconds) if through else "-",
            f"{self.rating} of 10" if through and self.rating is not None else "-",
        )


def compared(report: RunReport) -> list[Way]:
    """Systems on which more than one way was tried: the least painful of each first."""
    by_system: dict[str, list[Way]] = {}
    for one in report.reports:
        if one.run.asked_method and one.run.image:
            by_system.setdefault(one.run.image, []).append(_way(one))
    several = [ways for ways in by_system.values() if len({way.method for way in ways}) > 1]
    return [way for ways in several for way in sorted(ways, key=_pain)]


def sentences(ways: Sequence[Way]) -> Iterator[str]:
    """What it comes to, a sentence a system."""
    for system in dict.fromkeys(way.system for way in ways):
        through = [way for way in ways if way.system == system and way.status == "passed"]
        if not through:
            yield f"On {system} no way came through."
            continue
        best = through[0]
        met = counted(len(best.pains), "pain point") if best.pains else "no pain point"
        yield (
            f"On {system} `{best.method}` hurts least: {met}, {counted(best.commands, 'command')}, "
            f"{duration(best.seconds)} to a usable engine."
        )


def as_markdown(report: RunReport) -> Iterator[str]:
    """The section of a Markdown page: heading, sentences, table; nothing where there is none."""
    ways = compared(report)
    if ways:
        yield f"## {TITLE}"
        yield bullets(prose(sentence) for sentence in sentences(ways))
        yield table(HEAD, ([text(cell) for cell in way.cells] for way in ways))


def _pain(way: Way) -> tuple[bool, int, int, int, float]:
    return (
        way.status != "passed",
        -(way.rating or 0),
        len(way.pains),
        way.commands,
        way.seconds,
    )


def _way(report: Report) -> Way:
    run = report.run
    steps = [step for step in run.steps if step.id in PROVISION]
    met = [one for one in run.findings if one.step in STAGES["set_up"]]
    return Way(
        system=one_line(run.image or "", 60),
        method=one_line(run.asked_method, 30),
        host=run.name,
        status=run.status,
        why=_why(run),
        pains=tuple(dict.fromkeys(one.pain for one in met)),
        commands=sum(len(step.commands) for step in steps),
        seconds=sum(step.seconds for step in steps),
        rating=report.ratings["set_up"].measured if "set_up" in report.ratings else None,
    )


def _why(run: HostRun) -> str:
    said = [finding.evidence.excerpt for finding in run.findings if finding.outcome != "noted"]
    return one_line(said[-1] if said else cause(run), 160)
