"""What the run's own reports need of a host: a tenth of what the host's needed. Pure.

A run of thousands holds every host until its end, so what only a host's own report tells (commands,
scripts, facts, what was printed where nothing failed) is left to the host's folder.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding
from onramp.model.run import HostRun, Rating, Report, RequirementRun, StepRun

_NOTHING = Evidence("", None, "")


def brief(report: Report) -> Report:
    """The report of one host, for those of its run; `--json` is made of the whole one."""
    ratings = {name: Rating(one.measured) for name, one in report.ratings.items()}
    return Report(_run(report.run), ratings)


def _run(run: HostRun) -> HostRun:
    if run.image and run.asked_method:
        return run  # ways to an engine are compared by their commands
    failed = run.status not in ("passed", "planned") or bool(run.faults)
    return replace(
        run,
        steps=tuple(map(_step, run.steps)),
        findings=tuple(_finding(one, failed) for one in run.findings),
        facts=_system(run.facts) if run.facts else None,
        notes=run.notes[-1:],
        reviewer={},
        review={},
        counter=(),
        requirements=tuple(map(_requirement, run.requirements)),
        files=(),
    )


def _step(step: StepRun) -> StepRun:
    title = step.title if step.status == "failed" else ""
    return StepRun(step.id, title, (), step.status, step.seconds)


def _finding(finding: Finding, failed: bool) -> Finding:
    return replace(
        finding,
        evidence=finding.evidence if failed else _NOTHING,
        because=(),
        remedy_commands=(),
        consequences=(),
        rivals=(),
    )


def _system(facts: Facts) -> Facts:
    return Facts(
        os_id=facts.os_id,
        os_version=facts.os_version,
        os_codename=facts.os_codename,
        os_pretty=facts.os_pretty,
    )


def _requirement(need: RequirementRun) -> RequirementRun:
    return RequirementRun(need.id, "", need.status, need.because)
