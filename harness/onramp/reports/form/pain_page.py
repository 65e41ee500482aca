"""A pain point as a page somebody can act on, and the list of them all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from itertools import groupby
from typing import Final

from onramp.model.pain import PainPoint, Remedy, Symptom
from onramp.reports.form.shell_lines import told

KINDS: Final[Mapping[str, str]] = {
    "safe": "runs by itself",
    "ask": "runs with leave: `--allow={id}`, or a yes at the terminal",
    "human": "a person's: it is printed, never run",
}
PHASES: Final = (
    "connect", "preflight", "install", "group", "daemon", "compose", "build", "up", "verify",
    "stop", "down",
)  # fmt: skip


def page(pain: PainPoint, docstring: str) -> str:
    """Its module's docstring, and what the constant says, as Markdown."""
    parts = [
        f"# {pain.title}",
        f"`{pain.id}` · phase {pain.phase} · {pain.severity}{_affects(pain)}",
        f"**{pain.cause}**",
        *_paragraphs(docstring),
        *(_remedy(pain.remedy, pain.id) if pain.remedy else ()),
        *_recognised(pain),
        *_neighbours(pain),
        *_recipe(pain),
        "## References\n\n" + "\n".join(f"- {url}" for url in pain.references),
    ]
    return "\n\n".join(parts) + "\n"


def index(pains: Iterable[PainPoint]) -> str:
    """All of them, by phase, each a link to its page."""
    known = sorted(pains, key=lambda pain: (PHASES.index(pain.phase), pain.id))
    parts = [
        "# Pain points",
        f"What stops or slows a newcomer between a clean Linux host and a running stack: "
        f"{len(known)} pain points, {sum(p.recipe is not None for p in known)} of which can be "
        "caused on a fresh host with `./invoke reproduce --pain=ID`. Made by "
        "`./invoke pains --write` from `harness/onramp/pains/`; what came of running them is in "
        "[reproduced.md](../reproduced.md), and what is left out, and why, in "
        "[not-in-the-catalogue.md](../not-in-the-catalogue.md).",
    ]
    for phase, members in groupby(known, key=lambda pain: pain.phase):
        rows = [
            f"| [{p.id}]({p.id}.md) | {_cell(p.title)} | {p.severity} | "
            f"{p.remedy.kind if p.remedy else ''} | {'yes' if p.recipe else ''} |"
            for p in members
        ]
        head = "| id | what | severity | remedy | recipe |\n| --- | --- | --- | --- | --- |"
        parts.append(f"## {phase}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _affects(pain: PainPoint) -> str:
    return f" · only {', '.join(pain.affects)}" if pain.affects else ""


def _paragraphs(docstring: str) -> list[str]:
    """The four paragraphs as sections; the title line is the page's heading already."""
    paragraphs = cleandoc(docstring).split("\n\n")[1:]
    found = []
    for text in paragraphs:
        head, colon, rest = text.partition(": ")
        found.append(f"## {head}\n\n{rest[:1].upper()}{rest[1:]}" if colon else text)
    return found


def _remedy(remedy: Remedy, pain: str) -> list[str]:
    found = [f"## Remedy\n\n{remedy.summary} ({KINDS[remedy.kind].format(id=pain)})"]
    if remedy.commands:
        found.append("```sh\n" + "\n".join(told(remedy.commands)) + "\n```")
    if remedy.side_effects:
        found.append(f"Side effects: {remedy.side_effects}")
    return found


def _recognised(pain: PainPoint) -> list[str]:
    found = ["## How it is recognised"]
    if pain.symptoms:
        rows = [_wording(symptom) for symptom in pain.symptoms]
        found.append(
            "| wording (a regular expression) | printed by | where |\n| --- | --- | --- |\n"
            + "\n".join(rows)
        )
    if pain.foresee:
        found.append("Foreseen by `./invoke doctor` from the survey, before anything is changed.")
    if pain.probe:
        found.append(f"To make sure, Onramp asks:\n\n```sh\n{pain.probe.shown}\n```")
    return found


def _wording(symptom: Symptom) -> str:
    steps = [step or "pasted text" for step in symptom.steps]
    where = ", ".join(steps) or "anywhere"
    kind = "; a warning" if symptom.warning else ""
    return f"| `{_cell(symptom.pattern)}` | {_cell(symptom.versions) or 'all'} | {where}{kind} |"


def _neighbours(pain: PainPoint) -> list[str]:
    if not pain.explains:
        return []
    links = ", ".join(f"[{name}]({name}.md)" for name in pain.explains)
    return [f"What follows from it, and is told under it: {links}"]


def _recipe(pain: PainPoint) -> list[str]:
    if pain.recipe is None:
        return []
    images = ",".join(pain.recipe.images)
    return [
        "## Run it\n\nCauses it on a fresh lab host, and shows whether it is met and cured:\n\n"
        f"```sh\n./invoke reproduce --pain={pain.id} --on={images}\n```"
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
