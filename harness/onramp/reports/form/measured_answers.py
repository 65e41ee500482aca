"""What a run itself answers to the form's questions, each answer with where its evidence is. Pure.

Nothing is guessed: where a run shows nothing, there is no answer. Every answer is Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from onramp.model.facts import Facts
from onramp.model.pain import Catalogue
from onramp.model.run import HostRun, Report, RequirementRun, Statement
from onramp.model.unknown import known
from onramp.reports.conclusions import cause, seconds_of
from onramp.reports.form import by_hand
from onramp.reports.form.evidence_links import anchor, at, sourced
from onramp.reports.form.procedure import STEPS
from onramp.reports.ratings import is_relogin, severity_of
from onramp.text.humanize import counted, duration, listed, size, spelled
from onramp.text.markdown import code, link, prose, text

_METHODS: Final[Mapping[str, str]] = {
    "repository": "by the procedure of Docker's own package repository",
    "distribution": "from the distribution's packages",
    "script": "by Docker's convenience script, which is kept in the log",
    "static": "from Docker's archive of binaries, with units written by hand",
    "rootless": "by the procedure of Docker's own package repository, for a daemon without root",
    "present": "as it was found on the host; nothing was installed",
}
PAINS: Final = "Pain points, in the order they were met"
FACTS: Final = link("facts", "facts.json")
_SEEN: Final = ("passed", "failed")  # of what else came of it nothing can be concluded


class Measured(Struct, frozen=True):
    """A report and the catalogue it was made with."""

    report: Report
    catalogue: Catalogue

    @property
    def run(self) -> HostRun:
        return self.report.run


def answers(report: Report, catalogue: Catalogue, key: str) -> tuple[str, ...]:
    """The measured answers to one question, in order; empty where nothing was measured."""
    answer = _ANSWERS.get(key)
    return tuple(answer(Measured(report, catalogue))) if answer else ()


def _host_line(run: HostRun) -> str:
    """The host in one line, of what is known about it."""
    facts = run.facts or Facts()
    parts = [text(str(facts.os_pretty)) if facts.os_pretty else "operating system unknown"]
    if facts.arch:
        parts.append(code(str(facts.arch)))
    if facts.init:
        parts.append(f"started by {code(str(facts.init))}")
    if facts.kernel:
        parts.append(f"kernel {code(str(facts.kernel))}")
    memory = known(facts.memory_bytes)
    if memory:
        parts.append(f"{size(memory)} memory")
    if facts.virtualization:
        parts.append(f"in {code(str(facts.virtualization))}")
    return f"{', '.join(parts)}; address {code(run.address)}."


# --- one function a question ------------------------------------------------------------------


def _tools(asked: Measured) -> Iterator[str]:
    run = asked.run
    named = (("Docker Engine", "engine"), ("Compose", "compose"), ("Buildx", "buildx"))
    if any(run.versions.values()):
        tools = (f"{name} {code(run.versions.get(key) or 'unknown')}" for name, key in named)
        yield f"{', '.join(tools)}, with the stack {code(run.stack)} {at(run, 'install-engine')}."
    elif run.status == "failed" and seconds_of(run, "start-daemon") is None:
        yield f"None came to run {at(run, 'install-engine')}."
    if run.facts and run.facts.os_pretty:
        yield f"On {_host_line(run)} ({FACTS})"


def _configured(asked: Measured) -> Iterator[str]:
    run = asked.run
    how = _METHODS.get(run.method)
    if not how or not run.versions.get("engine"):
        return
    yield f"The engine came {how} {at(run, 'install-engine')}."
    for path in ("/etc/docker/daemon.json", "~/.config/docker/daemon.json"):
        written = [
            command
            for step in run.steps
            for command in step.commands
            if path in command.shown
            and command.exit_code == 0
            and command.as_root == path.startswith("/")
        ]
        if written:
            yield f"{code(path)} was written ({link('log', written[-1].log)})."
    given = sorted({name for step in run.steps for one in step.commands for name in one.env
                    if not one.as_root})  # fmt: skip
    if given:
        yield f"The stack got {listed(map(code, given))} ({link('reproduce.sh', 'reproduce.sh')})."


def _alternatives(_: Measured) -> Iterator[str]:
    yield (
        "_Onramp's settings:_ `docker.method` is `repository`, `distribution`, `script`, `static`, "
        "`rootless` or `present`, and `all` compares them on fresh hosts; `docker.daemon` is "
        "merged into `daemon.json`; `stack.env` reaches the build and the containers."
    )


def _interaction(asked: Measured) -> Iterator[str]:
    run = asked.run
    commands = [command for step in run.steps for command in step.commands]
    if commands:
        user = f" as {code(run.user)}" if run.user else ""
        yield (
            f"The command line over SSH{user}: {counted(len(commands), 'action')}, to run again "
            f"with {link('reproduce.sh', 'reproduce.sh')}."
        )


def _procedure(asked: Measured) -> Iterator[str]:
    run = asked.run
    heading = by_hand.title(run)
    if heading:
        yield f"What to type: [{heading}]({anchor(heading)})."
    if run.steps and run.status == "planned":
        yield f"It was only planned: [{STEPS}]({anchor(STEPS)})."
    elif run.steps:
        fine = sum(step.status in ("satisfied", "changed") for step in run.steps)
        yield (
            f"{fine} of {counted(len(run.steps), 'step')} went well, in {duration(run.total_s)}: "
            f"[{STEPS.lower()}]({anchor(STEPS)})."
        )


def _requirements(asked: Measured) -> Iterator[str]:
    run = asked.run
    tried = [one for one in run.requirements if one.status != "untestable"]
    if run.requirements:
        met = sum(one.status == "met" for one in tried)
        left = len(run.requirements) - len(tried)
        untestable = f"; {left} could not be tested here" if left else ""
        yield f"{met} of {len(tried)} tried are met{untestable} (table below)."
    up = seconds_of(run, "up")
    if up is not None:
        yield (
            f"Detached mode: {code('docker compose up -d')} gave the prompt back after "
            f"{duration(up)} {at(run, 'up')}."
        )


def _compatibility(asked: Measured) -> Iterator[str]:
    run = asked.run
    if run.facts and run.facts.os_pretty and run.status in _SEEN:
        system = text(str(run.facts.os_pretty))
        if run.status == "passed":
            yield f"With {system} as it stands on this host it is ({FACTS})."
        else:
            yield f"Not with {system} as it stands on this host: {text(cause(run))} ({FACTS})."


def _rated(stage: str) -> Callable[[Measured], Iterator[str]]:
    def answer(asked: Measured) -> Iterator[str]:
        rating = asked.report.ratings.get(stage)
        if rating and rating.measured is not None:
            because = "; ".join(map(prose, rating.because)) or "nothing got in the way"
            yield f"**{rating.measured} of 10**: {because} ({link('events', 'events.jsonl')})."

    return answer


def _strengths(asked: Measured) -> Iterator[str]:
    yield from _sourced(asked.report.strengths, asked)


def _weaknesses(asked: Measured) -> Iterator[str]:
    yield from _sourced(asked.report.weaknesses, asked)


def _concerns(asked: Measured) -> Iterator[str]:
    yield from _sourced(asked.report.concerns, asked)


def _recommendation(asked: Measured) -> Iterator[str]:
    if asked.run.status in _SEEN:
        yield f"{prose(asked.report.recommendation)} ({link('events', 'events.jsonl')})"


def _sourced(statements: Iterable[Statement], asked: Measured) -> Iterator[str]:
    yield from (sourced(one, asked.run, asked.catalogue) for one in statements)


def _wishlist(asked: Measured) -> Iterator[str]:
    met = [one for one in asked.run.requirements if one.status == "met"]
    if met:
        yield f"Of what a team needs: {listed(map(_requirement, met))}."


def _missing_requirements(asked: Measured) -> Iterator[str]:
    tried = [one for one in asked.run.requirements if one.status != "untestable"]
    missing = [one for one in tried if one.status == "missing"]
    if missing:
        yield f"{listed(map(_requirement, missing))}."
    elif tried:
        yield f"None of the {len(tried)} that were tried ([table](#requirements))."


def _requirement(one: RequirementRun) -> str:
    """A requirement by its name, leading to the output of its probe."""
    return link(one.title, one.evidence.log) if one.evidence and one.evidence.log else text(
        one.title
    )  # fmt: skip


def _straightforward(asked: Measured) -> Iterator[str]:
    run = asked.run
    heading = by_hand.title(run)
    if heading != by_hand.TITLE:
        return
    before_stop = [step for step in run.steps if step.id not in ("stop", "down", "down-volumes")]
    commands = [command for step in before_stop for command in by_hand.worked(step, run)]
    typed = [one for one in commands if one.script]
    logins = sum(is_relogin(one.shown, one.script) for one in commands)
    cures = sum(one.role == "remedy" for one in typed)
    parts = [f"{sum(one.as_root for one in typed)} as root"]
    parts += [f"{cures} against what got in the way"] if cures else []
    again = f", and {counted(logins, 'new login')}" if logins else ""
    yield (
        f"{counted(len(typed), 'command').capitalize()} from the first login to the running stack "
        f"({', '.join(parts)}){again}: [all of them]({anchor(heading)})."
    )


def _difficult(asked: Measured) -> Iterator[str]:
    run = asked.run
    met = [one for one in run.findings if one.how == "encountered"]
    if not met and run.status == "passed":
        yield f"Nothing got in the way ({link('events', 'events.jsonl')})."
    if met:
        hard = sum(severity_of(one, asked.catalogue) in ("blocker", "major") for one in met)
        lost = sum(one.seconds_lost for one in met)
        more = sum(one.extra_commands for one in met)
        serious = f", {spelled(hard)} of them serious," if hard and len(met) > 1 else ""
        yield (
            f"{counted(len(met), 'stumble').capitalize()}{serious} cost "
            f"{duration(lost)} and {counted(more, 'extra command')} ([each]({anchor(PAINS)}))."
        )


_ANSWERS: Final[Mapping[str, Callable[[Measured], Iterator[str]]]] = {
    "tools": _tools,
    "configured": _configured,
    "alternatives": _alternatives,
    "interaction": _interaction,
    "procedure": _procedure,
    "requirements": _requirements,
    "compatibility": _compatibility,
    "easy_set_up": _rated("set_up"),
    "easy_task": _rated("task"),
    "easy_shut_down": _rated("shut_down"),
    "useful_documentation": _rated("documentation"),
    "strengths": _strengths,
    "wishlist": _wishlist,
    "straightforward": _straightforward,
    "weaknesses": _weaknesses,
    "missing_requirements": _missing_requirements,
    "difficult": _difficult,
    "concerns": _concerns,
    "recommendation": _recommendation,
}
