"""Where the evidence of a statement is to be found from within a report. Pure."""

from __future__ import annotations

from onramp.model.pain import Catalogue
from onramp.model.run import HostRun, Statement, StepRun
from onramp.reports.form.procedure import STEPS, heading_of
from onramp.text import markdown
from onramp.text.markdown import code, link, prose, text


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


def sourced(statement: Statement, run: HostRun, catalogue: Catalogue) -> str:
    """A conclusion with the way to what shows it: a pain point, a log, the events."""
    pain = catalogue.get(statement.pain)
    if pain:
        return f"{prose(statement.text)} ([evidence]({anchor(pain.title)}))"
    step = _step(run, statement.step)
    logs = [command.log for command in step.commands if command.log] if step else []
    where = statement.log or logs[-1] if logs else anchor(STEPS) if step else "events.jsonl"
    return f"{prose(statement.text)} ({link('evidence', where)})"
