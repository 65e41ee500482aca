"""What was tried on a host, as diagnosis reads it: one rule, for a run and for old ones.

An attempt is an action that failed, with its context: what the step's read-only commands said
afterwards, then what its actions had printed since the last failure, the latest first. The run
itself tells a `StepOutputs` of each action; `tried` tells it again from events, so both make the
same attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from onramp.evidence import logs
from onramp.model.action import Outcome, Role
from onramp.model.step import Attempt

Event = Mapping[str, Any]
FOR_THE_STEP: Final = ("try", "apply", "verify")  # roles whose output explains a later failure
BROKEN_OFF: Final = ("link-lost", "cancelled")  # ends that say nothing about the action


class StepOutputs(Struct):
    """What the actions of one step have printed since the last failure."""

    step: str
    earlier: list[Outcome] = field(default_factory=list)

    def passed(self, role: Role, outcome: Outcome) -> None:
        """An action did its work; what a remedy's or a probe's prints is not the step's."""
        if role in FOR_THE_STEP:
            self.earlier.append(outcome)

    def before(self) -> tuple[Outcome, ...]:
        """What a failure that is met now has behind it; the next one begins anew."""
        seen = tuple(reversed(self.earlier))
        self.earlier.clear()
        return seen


class Tried(Struct, frozen=True):
    """An action of a run and where the run stood then; `probes` by pain point.

    `facts` and `settings` as events have them: fields of Facts, and dotted names of settings.
    """

    attempt: Attempt
    failed: bool
    probes: Mapping[str, Outcome]
    facts: Event
    settings: Event


def tried(events: Sequence[Event], outcome_of: Callable[[Event], Outcome]) -> Iterator[Tried]:
    """Every action of a host that ended by itself, in order, as the run itself saw it.

    Looking at the host counts only where that failed: a login without a shell.
    """
    outputs = StepOutputs("")
    facts: dict[str, Any] = {}
    settings: Event = {}
    for index, event in enumerate(events):
        kind, role = event.get("event"), event.get("role")
        if kind in ("host", "plan"):
            settings = event.get("settings") or settings
        elif kind == "facts":
            facts = {name: value for name, value in event.items() if name not in ("t", "event")}
        elif kind == "resurvey":
            facts = {**facts, **(event.get("changed") or {})}
        elif kind == "step":  # begun, perhaps for a second time in a run planned anew
            outputs = StepOutputs(str(event.get("id") or event.get("step") or ""))
        if kind != "command" or role == "probe":
            continue
        if event.get("cut") in BROKEN_OFF:
            outputs.before()
            continue
        looked = _looked(events[index + 1 :], outcome_of)
        failed = (
            _nothing_seen(events[index + 1 :]) if role == "survey" else event.get("exit_code") != 0
        )
        if failed or role != "survey":
            attempt = _attempt(event, outcome_of(event), outputs, looked if failed else ())
            probes = {pain: seen for pain, seen in looked if pain}
            yield Tried(attempt, failed, probes, facts, settings)


def _nothing_seen(after: Sequence[Event]) -> bool:
    """Whether looking at the host gave no facts."""
    told = ("note", "progress", "fault")
    kinds = (event.get("event") for event in after if event.get("event") not in told)
    return next(kinds, "end") in ("finding", "unexplained")


def _attempt(
    event: Event, outcome: Outcome, outputs: StepOutputs, looked: Sequence[tuple[str, Outcome]]
) -> Attempt:
    step = str(event.get("step") or "")
    role: Role = event.get("role") or "apply"
    if step != outputs.step:  # an old run, or one whose events are damaged
        outputs.step, outputs.earlier = step, []
    context: tuple[Outcome, ...] = ()
    if outcome.ok:
        outputs.passed(role, outcome)
    else:
        context = (*(seen for pain, seen in looked if not pain), *outputs.before())
    number, log = int(event.get("attempt") or 1), str(event.get("log") or "")
    return Attempt(step, number, role, outcome, log, context)


def _looked(
    after: Sequence[Event], outcome_of: Callable[[Event], Outcome]
) -> list[tuple[str, Outcome]]:
    """What was looked at because of an action: (pain point or nothing, outcome)."""
    found = []
    for event in after:
        if event.get("event") == "command":
            if event.get("role") != "probe" or event.get("cut") in BROKEN_OFF:
                break
            found.append((str(event.get("pain") or ""), outcome_of(event)))
    return found


def outcome_in(folder: Path) -> Callable[[Event], Outcome]:
    """Reads a command's outcome: its event, and what it printed from its log in `folder`.

    Where there is no log (it held a secret, or the disk was full) the event's excerpt stands in.
    """

    def outcome(event: Event) -> Outcome:
        printed = logs.read(folder, str(event.get("log") or ""))
        if printed is None:
            printed = logs.Printed(stdout=str(event.get("excerpt") or ""))
        return Outcome(
            str(event.get("shown") or ""), event.get("exit_code"), printed.stdout, printed.stderr,
            cut=event.get("cut"), as_root=bool(event.get("as_root")), noise=printed.noise,
            seconds=float(event.get("seconds") or 0.0),
        )  # fmt: skip

    return outcome
