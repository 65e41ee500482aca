"""Where the evidence of a statement is to be found from within a report. Pure."""

from __future__ import annotations

from typing import Final

from onramp.model.pain import Catalogue
from onramp.model.run import HostRun, StepRun
from onramp.reports.form.procedure import STEPS, heading_of
from onramp.text import markdown
from onramp.text.markdown import code, link, prose, text

_ABOUT: Final = (  # what a conclusion speaks of, and the step that shows it
    (" came up in ", "up"),
    ("answered", "verify"),
    ("left behind", "leftovers"),
    ("Left behind", "leftovers"),
    ("to the last step", "survey"),
)


def anchor(heading: str) -> str:
    """The target of a link to a heading of the report."""
    return f"#{markdown.anchor(heading)}"


def _step(run: HostRun, step_id: str) -> StepRun | None:
    return next((step for step in run.steps if step.id == step_id), None)


def at(run: HostRun, step_id: str) -> str:
    """A link to a step's part of the report, or to the table of steps."""
    step = _step(run, step_id)
    heading = heading_of(step) if step else ""
    return f"([{code(step_id)}]({anchor(text(heading) if heading else STEPS)}))"


def sourced(sentence: str, run: HostRun, catalogue: Catalogue) -> str:
    """A conclusion with the way to what it stands on: a pain point, a step, or the events."""
    for finding in run.findings:
        pain = catalogue.get(finding.pain)
        if pain and sentence.startswith(pain.title):
            return f"{prose(sentence)} ([evidence]({anchor(pain.title)}))"
    about = next((step_id for words, step_id in _ABOUT if words in sentence), "")
    steps = [step for step in run.steps if step.id == about or f"`{step.id}`" in sentence]
    logs = [command.log for step in steps[:1] for command in step.commands if command.log]
    where = logs[-1] if logs else anchor(STEPS) if steps else "events.jsonl"
    return f"{prose(sentence)} ({link('evidence', where)})"
