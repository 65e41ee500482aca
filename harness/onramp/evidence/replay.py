"""A HostRun from its events: pure, so that any old run can be reported on again.

`events.jsonl` is the only truth. A process that dies leaves events without an `end`; what they
say is still a HostRun, with status "interrupted". Unknown events and fields are ignored, so that
a newer file can be read by an older harness. The vocabulary is documented in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast, get_args

from msgspec import Struct, field

from onramp.evidence.event_lines import facts, noun
from onramp.evidence.moments import between_s
from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding, Unexplained
from onramp.model.run import CommandRun, HostRun, HostStatus, RequirementRun, StepRun
from onramp.model.stack import StackFile
from onramp.model.step import StepStatus
from onramp.model.unknown import known

Event = Mapping[str, Any]


def _evidence(raw: Any) -> Evidence:
    return noun(Evidence, {"command": "", "exit_code": None, "excerpt": "", **(raw or {})})


class _Stage(Struct):
    """A step while its events come in."""

    id: str
    title: str = ""
    documented: tuple[str, ...] = ()
    started: bool = False
    began_s: float = 0.0
    status: StepStatus | None = None
    seconds: float = 0.0
    attempts: int = 0
    note: str = ""
    commands: list[CommandRun] = field(default_factory=list)

    def run(self, ended: HostStatus) -> StepRun:
        return StepRun(
            id=self.id,
            title=self.title or self.id,
            documented=self.documented,
            status=self.status or self._unfinished(ended),
            seconds=self.seconds,
            attempts=self.attempts,
            commands=tuple(self.commands),
            note=self.note,
            began_s=self.began_s,
        )

    def _unfinished(self, ended: HostStatus) -> StepStatus:
        if self.started:
            return "failed"
        return "planned" if ended == "planned" else "skipped"


class _Replay:
    """Folds events into one HostRun; one method an event."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"name": "", "address": "", "status": "interrupted"}
        self.stages: dict[str, _Stage] = {}
        self.findings: dict[tuple[str, str], Finding] = {}
        self.lists: dict[str, list[Any]] = {}
        self.versions: dict[str, str | None] = {}
        self.times: list[str] = []

    def take(self, event: Event) -> None:
        handler = _HANDLERS.get(str(event.get("event")))
        if "t" in event:
            self.times.append(str(event["t"]))
        if handler:
            handler(self, event)

    def run(self) -> HostRun:
        collected: dict[str, Any] = {name: tuple(items) for name, items in self.lists.items()}
        status = cast(HostStatus, self.known["status"])
        known = self.known if "total_s" in self.known else {**self.known, **self._timings()}
        return HostRun(
            **known,
            **collected,
            steps=tuple(stage.run(status) for stage in self.stages.values()),
            findings=tuple(self.findings.values()),
            versions=self.versions,
            began=self.times[0] if self.times else "",
        )

    def _since_start(self, event: Event) -> float:
        """Seconds from the first event to this one."""
        return between_s(self.times[0], str(event["t"])) if "t" in event else 0.0

    def _timings(self) -> dict[str, float]:
        """Of a run without an end: from the first event to the last."""
        commands = [command for stage in self.stages.values() for command in stage.commands]
        return {
            "total_s": between_s(self.times[0], self.times[-1]) if self.times else 0.0,
            "on_host_s": round(sum(command.seconds for command in commands), 3),
        }

    def _collect(self, name: str, *items: Any) -> None:
        self.lists.setdefault(name, []).extend(items)

    def host(self, event: Event) -> None:
        for name in ("name", "address", "user", "stack", "image", "reviewer"):
            if event.get(name) is not None:
                self.known[name] = event[name]
        if event.get("asked"):
            self.known["asked"] = tuple(event["asked"])
        settings = event.get("settings")
        if isinstance(settings, Mapping):
            self.known["asked_method"] = str(settings.get("docker.method", ""))

    def facts(self, event: Event) -> None:
        self.known["facts"] = facts(event)

    def platform(self, event: Event) -> None:
        self.known["platform"] = event.get("title") or event.get("id") or ""
        if event.get("note"):
            self._collect("notes", event["note"])

    def plan(self, event: Event) -> None:
        """The steps to come; what already began keeps its place, what is no longer planned goes."""
        if event.get("method"):
            self.known["method"] = event["method"]
        before, self.stages = self.stages, {}
        planned = {str(step["id"]): step for step in event.get("steps", ())}
        for name, stage in before.items():
            if stage.started and name not in planned:
                self.stages[name] = stage
        for name, step in planned.items():
            stage = self.stages[name] = before.get(name) or _Stage(name)
            _describe(stage, step)

    def step(self, event: Event) -> None:
        stage = self._stage(event)
        if not stage.started:
            stage.began_s = self._since_start(event)
        stage.started = True
        _describe(stage, event)
        if event.get("state") == "finished":
            stage.status = cast(StepStatus, event.get("status") or "failed")
            stage.seconds = float(event.get("seconds") or 0.0)
            stage.attempts = int(event.get("attempts") or 0)
            stage.note = str(event.get("note") or "")

    def command(self, event: Event) -> None:
        empty = {
            "step": "",
            "role": "apply",
            "shown": "",
            "script": "",
            "as_root": False,
            "exit_code": None,
            "seconds": 0.0,
            "log": "",
        }
        given = {name: value for name, value in event.items() if value is not None}
        stage = self._stage(event)
        stage.started = True
        ran = {**empty, **given}
        began_s = round(max(0.0, self._since_start(event) - ran["seconds"]), 3)
        stage.commands.append(noun(CommandRun, {**ran, "began_s": began_s}))

    def finding(self, event: Event) -> None:
        raw = {**event, "evidence": _evidence(event.get("evidence"))}
        finding = noun(Finding, {"pain": "", "step": "", "how": "encountered", **raw})
        if finding.how == "encountered":  # what was foreseen has now been met
            self.findings.pop((finding.pain, "survey"), None)
        self.findings[finding.pain, finding.step] = finding

    def unexplained(self, event: Event) -> None:
        step = str(event.get("step") or "")
        self._collect("unexplained", Unexplained(step, _evidence(event.get("evidence"))))

    def requirement(self, event: Event) -> None:
        raw = {"id": "", "title": "", "status": "untestable", **event}
        seen = _evidence(raw["evidence"]) if raw.get("evidence") else None
        self._collect("requirements", noun(RequirementRun, {**raw, "evidence": seen}))

    def files(self, event: Event) -> None:
        rows = event.get("files") or ()
        self.lists["files"] = [noun(StackFile, row) for row in rows if row.get("path")]

    def versions_(self, event: Event) -> None:
        for name in ("engine", "compose", "buildx"):
            if event.get(name):
                self.versions[name] = str(event[name])

    def cpu(self, event: Event) -> None:
        """From the survey to the end, the share of the time in which something waited for a CPU."""
        seen = self.known.get("facts") or Facts()
        up, waited = known(seen.uptime_s), known(seen.cpu_waited_s)
        up_now, waited_now = event.get("uptime_s"), event.get("cpu_waited_s")
        if up is None or waited is None or up_now is None or waited_now is None:
            return
        if up_now > up and waited_now >= waited:
            self.known["cpu_waited"] = round(min(1.0, (waited_now - waited) / (up_now - up)), 3)

    def leftovers(self, event: Event) -> None:
        self.lists["leftovers"] = list(event.get("items") or ())

    def answer(self, event: Event) -> None:
        way = event.get("way") or "direct"
        url = str(event.get("url") or "")
        self._collect("answers", url if way == "direct" else f"{url} ({way})")

    def counter(self, event: Event) -> None:
        if event.get("value") is not None:
            self._collect("counter", int(event["value"]))

    def note(self, event: Event) -> None:
        self._collect("notes", str(event.get("text") or ""))

    def fault(self, event: Event) -> None:
        parts = (event.get("text"), event.get("details"))
        self._collect("faults", " · ".join(str(part) for part in parts if part))

    def end(self, event: Event) -> None:
        if event.get("status") in get_args(HostStatus):
            self.known["status"] = event["status"]
        if event.get("total_s") is not None:
            self.known["total_s"] = float(event["total_s"])
            self.known["on_host_s"] = float(event.get("on_host_s") or 0.0)

    def _stage(self, event: Event) -> _Stage:
        name = str(event.get("id") or event.get("step") or "")
        return self.stages.setdefault(name, _Stage(name))


_HANDLERS: Final[Mapping[str, Callable[[_Replay, Event], None]]] = {
    "host": _Replay.host,
    "facts": _Replay.facts,
    "platform": _Replay.platform,
    "plan": _Replay.plan,
    "step": _Replay.step,
    "command": _Replay.command,
    "finding": _Replay.finding,
    "unexplained": _Replay.unexplained,
    "requirement": _Replay.requirement,
    "files": _Replay.files,
    "versions": _Replay.versions_,
    "cpu": _Replay.cpu,
    "leftovers": _Replay.leftovers,
    "answer": _Replay.answer,
    "counter": _Replay.counter,
    "note": _Replay.note,
    "fault": _Replay.fault,
    "end": _Replay.end,
}


def host_run(events: Iterable[Event]) -> HostRun:
    """The HostRun that `events` (in order) add up to."""
    replay = _Replay()
    for event in events:
        replay.take(event)
    return replay.run()


def _describe(stage: _Stage, raw: Event) -> None:
    stage.title = str(raw.get("title") or stage.title)
    stage.documented = tuple(raw.get("documented") or stage.documented)
