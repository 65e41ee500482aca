"""A host's page: what happened, where the time went, the form, every step with its logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from onramp.evidence.logs import Printed
from onramp.model.pain import Catalogue, Finding, PainPoint, Unexplained
from onramp.model.rating import RATINGS
from onramp.model.run import CommandRun, HostRun, Report, RequirementRun, StepRun
from onramp.reports.build import headline, in_a_word
from onramp.reports.document import Document, Kind, Subject
from onramp.reports.form import shell_lines
from onramp.reports.form.measured_answers import PAINS
from onramp.reports.form.procedure import STEPS
from onramp.reports.form.shell_lines import told
from onramp.reports.html import markdown_sections
from onramp.reports.html.filters import ended, slug, slugs
from onramp.reports.html.log_embeds import Log, Shelf
from onramp.reports.html.page_frame import Piece, rendered
from onramp.reports.time_spent import PLACES, Place, spent, starts
from onramp.text.markdown import anchor

if TYPE_CHECKING:
    from markupsafe import Markup

PLACE_TITLES: Final[Mapping[Place, tuple[str, str]]] = {
    "boot": ("Getting the host", "made and booted, before the first step"),
    "login": ("Login", "the first connection, and logging in again"),
    "host": ("Host", "what the commands did there"),
    "network": ("Network", "downloads, as far as commands say how long they took"),
    "waiting": ("Waiting", "grace periods, and pauses before another attempt"),
    "needs": ("Requirements", "trying what a team needs of the tool"),
    "onramp": ("Onramp itself", "the rest: thinking, writing, looking for causes"),
}
_AXIS = 1000  # units of a bar's width


class Stretch(Struct, frozen=True):
    """A piece of a bar, in parts of _AXIS."""

    kind: str
    title: str
    meaning: str
    seconds: float
    x: float
    width: float


class CommandView(Struct, frozen=True):
    """A command, as one would type it, and what it printed."""

    run: CommandRun
    shown: str
    performed: bool  # a person would type it; else Onramp only looked
    log: Log | None


class StepView(Struct, frozen=True):
    """A step, where it stands on the time axis, and its commands."""

    run: StepRun
    id: str
    x: float
    width: float
    commands: tuple[CommandView, ...]

    @property
    def typed(self) -> str:
        """All that was typed, one after the other, to copy."""
        return "\n".join(one.shown for one in self.commands if one.performed)


class PainView(Struct, frozen=True):
    """A pain point met here, with what the catalogue knows of it."""

    finding: Finding
    pain: PainPoint | None
    id: str
    step: str  # id of the step on this page, or nothing
    log: Log | None

    @property
    def title(self) -> str:
        return self.pain.title if self.pain else self.finding.pain

    @property
    def advice(self) -> str:
        """What is still to be done about it, in one sentence."""
        remedy = self.pain.remedy if self.pain else None
        is_open = self.finding.outcome in ("needs-human", "unresolved")
        return remedy.summary if remedy and is_open else ""

    @property
    def commands(self) -> tuple[str, ...]:
        """What cured it, or what would."""
        known = self.pain.remedy.commands if self.pain and self.pain.remedy else ()
        return told(self.finding.remedy_commands or known)


class SectionView(Struct, frozen=True):
    """One of the form: its text, and what of the page's own belongs into it."""

    id: str
    title: str
    html: Markup
    own: Subject


class UnexplainedView(Struct, frozen=True):
    """A failure nothing explains, and where it was."""

    failure: Unexplained
    step: str
    log: Log | None


class RequirementView(Struct, frozen=True):
    """A requirement; `boxed`: what its probe printed is shown in its row, as no command has it."""

    run: RequirementRun
    log: Log | None
    boxed: bool


def host(
    report: Report,
    catalogue: Catalogue,
    logs: Callable[[str], Printed],
    *,
    document: Document,
    replay: Piece | None = None,
) -> str:
    """The whole page; `document` is what report.md says, `replay` its recording's player."""
    run = report.run
    shelf = Shelf(run, logs)
    steps = list(_steps(run, shelf))
    ids = {step.run.id: step.id for step in steps}
    placed = {one.run.log for step in steps for one in step.commands}
    find = partial(_found, shelf, placed)
    pains = list(_pains(run, catalogue, find, ids))
    return rendered(
        "host.html.j2",
        scripts=["host.js"],
        piece=replay,
        report=report,
        run=run,
        headline=headline(run),
        standing=in_a_word(run),
        stretches=_stretches(run, shelf),
        steps=steps,
        pains=pains,
        unexplained=[
            UnexplainedView(one, ids.get(one.step, ""), find(one.evidence.log))
            for one in run.unexplained
        ],
        requirements=list(_requirements(run, shelf, placed)),
        sections=list(_sections(document, run, steps, pains)),
        stages={name: rating.title for name, rating in RATINGS.items()},
        has_logs=shelf.filled,
    )


def _found(shelf: Shelf, placed: set[str], name: str) -> Log | None:
    """The log that evidence names; only its file where no command on the page shows it."""
    log = shelf.log(name)
    return log if log is None or name in placed else replace(log, html=None)


def _requirements(run: HostRun, shelf: Shelf, placed: set[str]) -> Iterator[RequirementView]:
    for one in run.requirements:
        name = one.evidence.log if one.evidence else ""
        yield RequirementView(one, shelf.log(name), name not in placed)
        placed.add(name)


def _stretches(run: HostRun, shelf: Shelf) -> list[Stretch]:
    seconds = spent(run, shelf.text)
    whole = sum(seconds.values())
    made, at = [], 0.0
    for place in PLACES:
        width = _AXIS * seconds[place] / whole if whole else 0.0
        title, meaning = PLACE_TITLES[place]
        made.append(Stretch(place, title, meaning, seconds[place], round(at, 1), round(width, 1)))
        at += width
    return made


def _steps(run: HostRun, shelf: Shelf) -> Iterator[StepView]:
    began = starts(run)
    whole = max([run.total_s, *(began[step.id] + step.seconds for step in run.steps)], default=0.0)
    names = slugs("step", (step.id for step in run.steps))
    shown: set[str] = set()
    for step, name in zip(run.steps, names, strict=True):
        scale = _AXIS / whole if whole else 0.0
        at, width = began[step.id] * scale, step.seconds * scale
        commands = tuple(_commands(step, shelf, shown))
        yield StepView(step, name, round(min(at, _AXIS), 1), round(width, 1), commands)


def _commands(step: StepRun, shelf: Shelf, shown: set[str]) -> Iterator[CommandView]:
    """Each log once: events that name the same one twice do not make two of one id."""
    for command in step.commands:
        log = None if command.log in shown else shelf.log(command.log)
        shown.add(command.log)
        performed = shell_lines.is_performed(command)
        yield CommandView(command, "\n".join(_typed(command)), performed, log)


def _typed(command: CommandRun) -> Iterator[str]:
    """The lines of a command; after one that did not go well, how it ended."""
    yield from shell_lines.shown(command)
    if command.exit_code != 0:
        yield f"#   {ended(command)}"


def _pains(
    run: HostRun, catalogue: Catalogue, find: Callable[[str], Log | None], steps: Mapping[str, str]
) -> Iterator[PainView]:
    names = slugs("pain", (finding.pain for finding in run.findings))
    for finding, name in zip(run.findings, names, strict=True):
        yield PainView(
            finding,
            catalogue.get(finding.pain),
            name,
            steps.get(finding.step, ""),
            find(finding.evidence.log),
        )


def _sections(
    document: Document, run: HostRun, steps: Sequence[StepView], pains: Sequence[PainView]
) -> Iterator[SectionView]:
    """The form's text; steps, pain points, requirements the page says in its own way."""
    anchors = _anchors(document, steps, pains)
    hidden: set[Kind] = {"steps", "pains", "unexplained", "table"}
    for section in document.sections:
        # of the evidence the page links to what this host really has
        parts = section.parts if section.subject != "evidence" else ()
        shown = markdown_sections.html((one for one in parts if one.kind not in hidden), anchors)
        yield SectionView(slug(section.title), section.title, shown, section.subject)


def _anchors(
    document: Document, steps: Sequence[StepView], pains: Sequence[PainView]
) -> dict[str, str]:
    """Where a fragment of report.md is found on the page."""
    inner = [anchor(one.title) for part in document.sections for one in part.parts if one.title]
    known = {name: f"text-{slug(name)}" for name in inner}
    known |= {anchor(section.title): slug(section.title) for section in document.sections}
    known |= {anchor(STEPS): "steps", anchor(PAINS): "pains"}
    known |= {anchor(step.run.title): step.id for step in reversed(steps)}
    return known | {anchor(one.title): one.id for one in reversed(pains)}
