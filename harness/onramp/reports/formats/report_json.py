"""report.json, schema 1: every key always there, unknown as null."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Evidence, Finding, Unexplained
from onramp.model.run import CommandRun, Rating, Report, RequirementRun, RunReport, StepRun
from onramp.model.unknown import Unknown
from onramp.reports.formats import Logs, Reporter
from onramp.text.sanitize import spelled_out

SCHEMA = 1


def host(report: Report, catalogue: Catalogue, _logs: Logs) -> str:
    """One host's report.json."""
    return _text(host_object(report, catalogue))


def run(report: RunReport, catalogue: Catalogue) -> str:
    """What `--json` prints: the run, its exit code, and every host's report."""
    hosts = [host_object(entry, catalogue) for entry in report.reports]
    return _text(
        {"schema": SCHEMA, "run": report.id, "exit_code": report.exit_code, "hosts": hosts}
    )


def host_object(report: Report, catalogue: Catalogue) -> dict[str, Any]:
    """One host's report as JSON values."""
    run = report.run
    return {
        "schema": SCHEMA,
        "host": _host(report),
        "status": run.status,
        "versions": {name: run.versions.get(name) for name in ("engine", "compose", "buildx")},
        "steps": [_step(step) for step in run.steps],
        "pain_points": [_pain_point(finding, catalogue) for finding in run.findings],
        "unexplained": [_unexplained(failure) for failure in run.unexplained],
        "requirements": [_requirement(need) for need in run.requirements],
        "ratings": {name: _rating(rating) for name, rating in report.ratings.items()},
        "timings": {
            "total_s": round(run.total_s, 3),
            "on_host_s": round(run.on_host_s, 3),
            "harness_s": round(max(0.0, run.total_s - run.on_host_s), 3),
        },
    }


def _host(report: Report) -> dict[str, Any]:
    facts = report.run.facts or Facts()
    return {
        "name": report.run.name,
        "address": report.run.address,
        "os": {
            "id": _known(facts.os_id),
            "version": _known(facts.os_version),
            "pretty_name": _known(facts.os_pretty),
        },
        "arch": _known(facts.arch),
        "init": _known(facts.init),
    }


def _step(step: StepRun) -> dict[str, Any]:
    return {
        "id": step.id,
        "title": step.title,
        "documented": list(step.documented),
        "status": step.status,
        "seconds": round(step.seconds, 3),
        "attempts": step.attempts,
        "commands": [_command(command) for command in step.commands],
    }


def _command(command: CommandRun) -> dict[str, Any]:
    return {
        "command": command.shown,
        "role": command.role,
        "as_root": command.as_root,
        "exit_code": command.exit_code,
        "seconds": round(command.seconds, 3),
        "attempt": command.attempt,
        "pain_point": command.pain or None,
        "log": command.log or None,
    }


def _pain_point(finding: Finding, catalogue: Catalogue) -> dict[str, Any]:
    pain = catalogue.get(finding.pain)
    remedy = pain.remedy if pain else None
    return {
        "id": finding.pain,
        "phase": pain.phase if pain else None,
        "title": pain.title if pain else None,
        "severity": pain.severity if pain else None,
        "how": finding.how,
        "outcome": finding.outcome,
        "seconds_lost": round(finding.seconds_lost, 3),
        "extra_commands": finding.extra_commands,
        "remedy": {
            "commands": list(finding.remedy_commands or (remedy.commands if remedy else ())),
            "kind": remedy.kind if remedy else None,
        },
        "evidence": _evidence(finding.evidence),
        "references": list(pain.references) if pain else [],
    }


def _unexplained(failure: Unexplained) -> dict[str, Any]:
    return {"step": failure.step, **_evidence(failure.evidence)}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "command": evidence.command or None,
        "exit_code": evidence.exit_code,
        "excerpt": evidence.excerpt,
        "log": evidence.log or None,
    }


def _requirement(need: RequirementRun) -> dict[str, Any]:
    return {
        "id": need.id,
        "title": need.title,
        "why": need.why or None,
        "status": need.status,
        "because": need.because,
        "seconds": round(need.seconds, 3),
        "evidence": _evidence(need.evidence) if need.evidence else None,
    }


def _rating(rating: Rating) -> dict[str, Any]:
    return {
        "measured": rating.measured,
        "reviewer": rating.reviewer,
        "because": list(rating.because),
    }


def _known(value: Any) -> Any:
    return None if isinstance(value, Unknown) else value


def _text(value: Mapping[str, Any]) -> str:
    """Indented by msgspec, which takes a tenth of the time Python's own does."""
    compact = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return spelled_out(msgspec.json.format(compact, indent=2).decode()) + "\n"


JSON = Reporter(id="json", host_file="report.json", host=host, run=run)
