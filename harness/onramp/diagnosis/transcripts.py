"""Recorded stumbles: what a real host printed, kept as a file that diagnosis is tested against.

A contributor adds a transcript, not a test. `record` makes one from a run's evidence; `leading`
says what today's catalogue makes of one. Format (YAML)::

    leads: docker-group-missing     # the id that has to lead
    real: true                      # recorded from a host; false: taken from a tool's source,
    source: https://…               # and from where
    image: debian-12                # and what ran there (vagrant:debian-13: on a machine)
    versions: {engine: 28.5.2, …}
    settings: {docker.method: …}    # only those that were set
    facts: {os_id: debian, …}
    pasted: …                       # instead of an attempt: what somebody pasted, as they did
    attempt: {step, number, role, command, exit_code, stdout, stderr}   # none: foreseen;
                                    # with exit code 0: a warning, noted (noise: before it)
    context: [{command, exit_code, stdout, stderr}, …]
    probes: {docker-group-missing: {…}, …}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec import Struct, field

from onramp.config import yaml_blocks
from onramp.config.parse_settings import overlaid
from onramp.diagnosis import findings as diagnose
from onramp.diagnosis import matching, pasted_text
from onramp.errors import UsageError
from onramp.evidence import attempts, event_lines, replay, stored_events
from onramp.evidence.attempts import Event
from onramp.journey import platforms
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import VM, Catalogue, Finding, Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.model.unknown import known

KEY_PATH: Final = re.compile(r"(?<![\w~])/\S*/id_ed25519")
LINES: Final = 80  # of each output, its end
FACTS: Final = (
    "os_id", "os_like", "os_version", "os_codename", "os_pretty", "ubuntu_codename",
    "debian_codename", "platform_id", "dpkg_arch", "init", "user", "groups", "docker_group",
    "docker_group_members", "shell", "sudo", "sudo_says", "noise", "packages", "docker_cli",
    "engine", "compose", "compose_v1", "ip_forward", "daemon_active", "daemon_enabled",
    "daemon_json", "proxy_env", "routes", "commands", "listeners", "client_config", "plugins",
    "arch", "umask", "unwritable", "mounts", "clusters", "clock_offset_s", "disk_free_bytes",
    "memory_bytes", "virtualization", "snap_docker", "cgroup", "client_address", "server_address",
    "firewall",
)  # fmt: skip


class Transcript(Struct, frozen=True):
    """One recorded stumble; `attempt` is None where it was foreseen from the facts alone."""

    leads: str
    real: bool
    image: str
    facts: Facts
    settings: Settings
    attempt: Attempt | None
    source: str = ""
    pasted: str = ""
    probes: Mapping[str, Outcome] = field(default_factory=dict)


def load(path: Path) -> Transcript:
    """A transcript from its file. Raises KeyError for a field that is missing."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    tried = raw.get("attempt")
    attempt = None
    if tried:
        context = tuple(_outcome(seen) for seen in raw.get("context", ()))
        attempt = Attempt(
            tried["step"], tried.get("number", 1), tried.get("role", "try"), _outcome(tried),
            context=context,
        )  # fmt: skip
    return Transcript(
        leads=raw["leads"],
        real=raw["real"],
        image=raw.get("image", ""),
        source=raw.get("source", ""),
        pasted=raw.get("pasted", ""),
        facts=event_lines.facts(raw.get("facts", {})),
        settings=overlaid(Settings(), raw.get("settings", {})),
        attempt=attempt,
        probes={name: _outcome(seen) for name, seen in raw.get("probes", {}).items()},
    )


def leading(transcript: Transcript, pains: Catalogue) -> str | None:
    """The pain point that leads, or the only one foreseen, or its own among those noted."""
    if transcript.pasted:
        return next((f.pain for f in pasted_text.of_text(transcript.pasted, pains)), None)
    facts = transcript.facts
    situation = Situation(facts, transcript.settings, platforms.resolve(facts))
    if transcript.attempt is None:
        found = diagnose.foreseen(situation, pains)
        return _only([f for f in found if pains[f.pain].severity != "notice"] or found)
    if transcript.attempt.outcome.ok:
        noted = [remark.pain for remark in diagnose.remarks(transcript.attempt, pains)]
        return transcript.leads if transcript.leads in noted else None  # one output, many remarks
    matches = matching.matches(transcript.attempt, pains)
    seen = diagnose.findings(transcript.attempt, matches, transcript.probes, situation)
    return seen[0].pain if seen else None


def _only(found: Sequence[Finding]) -> str | None:
    return found[0].pain if len(found) == 1 else None


def record(folder: Path, pain: str, *, settings: Mapping[str, Any] | None = None) -> str:
    """A transcript of this pain point from a host's evidence (`runs/…/hosts/NAME`).

    Where the host did not meet it, its last unexplained failure is taken: the pain point may be
    yet to be written. Raises UsageError where there is none.
    """
    events = stored_events.read_events(folder / "events.jsonl")
    run = replay.host_run(events)
    found = [i for i, event in enumerate(events) if _is_finding(event, pain)]
    met = [i for i in found if events[i]["how"] == "encountered"]
    met = [i for i in met if events[i].get("outcome") != "noted"] or met
    unknown = [i for i, event in enumerate(events) if event.get("event") == "unexplained"]
    if not found and not unknown:
        raise UsageError(f"{folder}: {pain} was not met there, and nothing is unexplained")
    index = (met or found or unknown[-1:])[0]
    document: dict[str, Any] = {
        "leads": pain,
        "real": True,
        "image": ran_on(events),
        "versions": {name: version for name, version in run.versions.items() if version},
        "settings": dict(settings or {}),
        "facts": _facts(run.facts),
    }
    if met or not found:
        document |= _attempt(events[:index], folder)
    scrubbed = _scrubbed(document, run.facts)
    return yaml_blocks.dumped({k: v for k, v in scrubbed.items() if v not in ({}, [], None)})


def ran_on(events: Sequence[Event]) -> str | None:
    """The image, as a recipe names it: a virtual machine tells other things than a lab host."""
    host = next((event for event in events if event.get("event") == "host"), {})
    image = host.get("image")
    return f"{VM}{image}" if image and host.get("provider") == "vm" else image


def _is_finding(event: Mapping[str, Any], pain: str) -> bool:
    return event.get("event") == "finding" and event.get("pain") == pain


def _attempt(before: Sequence[Event], folder: Path) -> dict[str, Any]:
    """The action the finding was made from, with what was looked at between the two."""
    last = list(attempts.tried(before, attempts.outcome_in(folder)))[-1]
    attempt = last.attempt
    place = {"step": attempt.step, "number": attempt.number, "role": attempt.role}
    return {
        "attempt": place | _seen(attempt.outcome),
        "context": [_seen(outcome) for outcome in attempt.context],
        "probes": {pain: _seen(outcome) for pain, outcome in last.probes.items()},
    }


def _seen(outcome: Outcome) -> dict[str, Any]:
    return ({"noise": _end(outcome.noise)} if outcome.noise else {}) | {
        "command": outcome.command,
        "exit_code": outcome.exit_code,
        "stdout": _end(outcome.stdout),
        "stderr": _end(outcome.stderr),
    }


def _end(text: str) -> str:
    return "\n".join(text.rstrip("\n").split("\n")[-LINES:])


def _facts(facts: Facts | None) -> dict[str, Any]:
    raw = event_lines.fields(facts) if facts else {}
    return {name: raw[name] for name in FACTS if name in raw and raw[name] != {"unknown": True}}


def _scrubbed(document: dict[str, Any], facts: Facts | None) -> dict[str, Any]:
    """Without what belongs to the recording machine: kernel, name servers, mirrors, paths."""
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    private = dict.fromkeys(known(facts.nameservers) or (), "192.0.2.53") if facts else {}
    if facts and known(facts.kernel):
        private[str(facts.kernel)] = "6.1.0"
    for source in (known(facts.apt_sources) or ()) if facts else ():
        private |= dict.fromkeys(re.findall(r"https?://([^/\s]+)/debian", source), "mirror.example")
    for found, shown in private.items():
        text = text.replace(found, shown)
    scrubbed: dict[str, Any] = yaml.safe_load(KEY_PATH.sub("~/.ssh/id_ed25519", text))
    return scrubbed


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    return Outcome(
        raw["command"], raw["exit_code"], str(raw.get("stdout", "")), str(raw.get("stderr", "")),
        noise=str(raw.get("noise", "")),
    )  # fmt: skip
