"""Performs one step on one host: the only retry loop.

Runs the step's actions in order; a failure is diagnosed, decided on and, where a remedy may run,
cured; then the step is tried again. Everything seen is evidence before the next thing is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from onramp.diagnosis import decisions
from onramp.diagnosis import findings as diagnose
from onramp.diagnosis.decisions import Continue, Decision, Repair, Stop, Wait
from onramp.errors import LinkError
from onramp.evidence import EventLog, replay
from onramp.model.action import Action, Check, Command, Outcome, Relogin, Role, Upload
from onramp.model.pain import Catalogue, Finding, RemedyPlan, Situation
from onramp.model.step import Attempt, Step, StepStatus
from onramp.remote import Connection
from onramp.text.excerpt import excerpt

RECONNECT_S = 30.0  # how long a lost link is tried again
LOSSES = 3  # a link lost more often than this in one step is given up
REFUSALS = ("auth", "host-key")  # answers that trying again does not change


class Interrupted(Exception):
    """Ctrl-C: whatever was going on has been written down."""


class _LinkLost(Exception):
    """The connection went away under an action, whatever the action was for."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step. `settings`: laid over the host's for the rest of the journey."""

    status: StepStatus
    settings: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Progress:
    """Where one step stands while it is performed."""

    step: Step
    situation: Situation
    began: float
    number: int = 1
    changed: bool = False
    tried: set[str] = field(default_factory=set)
    open: dict[str, Finding] = field(default_factory=dict)
    earlier: list[Outcome] = field(default_factory=list)
    settings: Mapping[str, Any] | None = None
    spent_s: float = 0.0  # on waits and on actions that failed; work that succeeds is free
    losses: int = 0

    @property
    def left_s(self) -> float:
        return self.step.budget_s - self.spent_s


class StepRunner:
    """Performs steps on one host. `look` answers Look actions; `ask` grants an `ask` remedy."""

    def __init__(
        self,
        link: Connection,
        evidence: EventLog,
        pains: Catalogue,
        *,
        look: Callable[[Check], Outcome],
        cancel: threading.Event,
        allow: Collection[str] = (),
        ask: Callable[[Finding, str], bool] | None = None,
        remedies: bool = True,
    ) -> None:
        self.link = link
        self.evidence = evidence
        self.pains = dict(pains)
        self.look = look
        self.cancel = cancel
        self.allow = allow
        self.ask = ask
        self.remedies = remedies
        self.on_host_s = 0.0
        self.remarked: set[str] = set()

    def perform(self, step: Step, situation: Situation) -> Done:
        """The step, from check to verify. Raises LinkError and Interrupted."""
        progress = _Progress(step, replace(situation, step=step.id), time.monotonic())
        self.evidence.append(
            "step", id=step.id, title=step.title, documented=step.documented, state="started"
        )
        done = Done("failed")
        try:
            if step.holds and step.holds(situation.facts):
                done = Done("satisfied")
            else:
                done = self._loop(progress)
        finally:
            self.evidence.append(
                "step",
                id=step.id,
                state="finished",
                status=done.status,
                seconds=round(time.monotonic() - progress.began, 3),
                attempts=0
                if done.status == "satisfied" and not progress.earlier
                else progress.number,
            )
        return done

    def _loop(self, progress: _Progress) -> Done:
        step = progress.step
        actions: list[tuple[Role, Action]] = [
            *(("try", action) for action in step.tries),
            *(("apply", action) for action in step.apply),
            *(("verify", action) for action in step.verify),
        ]
        index, failed_at = 0, -1
        while index < len(actions):
            role, action = actions[index]
            try:
                outcome, log = self._do(progress, role, action)
                if outcome.ok:
                    progress.changed |= role == "apply" and isinstance(action, (Command, Upload))
                    progress.earlier.append(outcome)
                    if index >= failed_at:
                        self._close(progress)
                    index += 1
                    continue
                failed_at = index
                progress.spent_s += outcome.seconds
                verdict = self._handle(progress, self._attempt(progress, role, outcome, log))
            except _LinkLost:
                self._reconnect(progress)
                index = 0
                continue
            if verdict == "stop":
                return Done("failed")
            if verdict == "replan":
                self._close(progress)
                return Done("changed", progress.settings or {})
            index = index + 1 if verdict == "continue" else 0
        self._close(progress)
        return Done("changed" if progress.changed or progress.tried else "satisfied")

    def _attempt(self, progress: _Progress, role: Role, outcome: Outcome, log: str) -> Attempt:
        """The failure with its context: what the step's own logs say, and what was seen before."""
        before = tuple(reversed(progress.earlier))
        progress.earlier.clear()
        context = tuple(
            self._do(progress, "probe", command)[0] for command in progress.step.context
        )
        return Attempt(
            progress.step.id, progress.number, role, outcome, log, context=(*context, *before)
        )

    def _handle(self, progress: _Progress, attempt: Attempt) -> str:
        """Diagnose, decide, act. Returns again, continue, replan or stop."""
        began = time.monotonic() - attempt.outcome.seconds
        seen, move = self._diagnosed(progress, attempt)
        if not seen:
            self._write("unexplained", diagnose.unexplained(attempt))
            return "stop"
        if isinstance(move, Stop):
            move = self._with_leave(move, seen[0])
        if isinstance(move, Stop):
            finding = move.finding or seen[0]
            self._settle(progress, replace(finding, seconds_lost=_since(began)))
            return "stop"
        if isinstance(move, Continue):
            lost_s = round(time.monotonic() - progress.began, 3)
            self._settle(progress, replace(move.finding, seconds_lost=lost_s))
            return "continue"
        self._note(progress, move.finding)
        if isinstance(move, Wait):
            self._sleep(progress, move.seconds)
            verdict = "again"
        else:
            progress.tried.add(move.finding.pain)
            verdict = self._repair(progress, move.finding, move.cure)
        self._tally(progress, move.finding.pain, began)
        progress.number += 1
        return verdict

    def _diagnosed(
        self, progress: _Progress, attempt: Attempt
    ) -> tuple[tuple[Finding, ...], Decision]:
        """Findings and what to do; a pain point whose own code breaks is left out, visibly."""
        while True:
            try:
                found = diagnose.matches(attempt, self.pains)
                probes = {
                    match.pain.id: self._do(progress, "probe", match.pain.probe, match.pain.id)[0]
                    for match in found
                    if match.pain.probe
                }
                situation = replace(progress.situation, attempt=attempt)
                seen = diagnose.findings(attempt, found, probes, situation)
                if seen:
                    situation = replace(situation, probe=probes.get(seen[0].pain))
                move = decisions.decide(
                    seen,
                    self.pains,
                    situation,
                    tried=progress.tried,
                    allow=self.allow,
                    left_s=progress.left_s,
                )
                if not self.remedies and isinstance(move, (Repair, Wait)):
                    move = Stop(replace(move.finding, outcome="unresolved"), "remedies are off")
                return seen, move
            except diagnose.PainPointFault as fault:
                self.evidence.append("fault", text=str(fault), details=fault.details)
                del self.pains[fault.pain]

    def _with_leave(self, move: Stop, finding: Finding) -> Decision:
        """An `ask` remedy runs where somebody at the terminal says yes."""
        if move.ask is None or self.ask is None or not self.remedies:
            return move
        remedy = self.pains[finding.pain].remedy
        if remedy and self.ask(finding, remedy.summary):
            return Repair(finding, move.ask)
        return move

    def _repair(self, progress: _Progress, finding: Finding, cure: RemedyPlan) -> str:
        try:
            cured = all(self._cured(progress, finding, action) for action in cure.actions)
        except _LinkLost:
            progress.tried.discard(finding.pain)  # it never ran to its end: it has leave again
            raise
        if not cured:
            self._settle(progress, replace(finding, outcome="unresolved"))
            return "stop"
        if cure.wait_s:
            self._sleep(progress, cure.wait_s)
        if cure.then == "replan":
            progress.settings = {**(progress.settings or {}), **cure.settings}
        return cure.then

    def _cured(self, progress: _Progress, finding: Finding, action: Action) -> bool:
        """One action of a remedy; where it fails, that failure is diagnosed like any other."""
        action = _unattended(action, progress.situation)
        for _ in range(2):
            outcome, log = self._do(progress, "remedy", action, finding.pain)
            self._count(progress, finding.pain, (action.shown,) if outcome.ok else ())
            if outcome.ok:
                return True
            before = set(progress.open)
            attempt = self._attempt(progress, "remedy", outcome, log)
            verdict = self._handle(progress, attempt)
            for pain in progress.open.keys() - before:  # what really cured it
                self._count(progress, finding.pain, progress.open[pain].remedy_commands, more=0)
            if verdict != "again":
                return verdict == "continue"
        return False

    def _count(
        self, progress: _Progress, pain: str, helped: tuple[str, ...], *, more: int = 1
    ) -> None:
        """Another command somebody would have had to type; `helped`: those that did their work."""
        current = progress.open[pain]
        progress.open[pain] = replace(
            current,
            remedy_commands=(*current.remedy_commands, *helped),
            extra_commands=current.extra_commands + more,
        )

    def _note(self, progress: _Progress, finding: Finding) -> None:
        """A pain point met; what came of it is written again when it is known."""
        if finding.pain not in progress.open:
            progress.open[finding.pain] = finding
            self.evidence.append("finding", **replay.fields(finding), open=True)

    def _tally(self, progress: _Progress, pain: str, began: float) -> None:
        current = progress.open.get(pain)
        if current:
            lost_s = round(current.seconds_lost + time.monotonic() - began, 3)
            progress.open[pain] = replace(current, seconds_lost=lost_s)

    def _settle(self, progress: _Progress, finding: Finding) -> None:
        """Writes a finding whose outcome is known, with what was counted for it before."""
        current = progress.open.pop(finding.pain, None)
        if current:
            finding = replace(
                current,
                outcome=finding.outcome,
                seconds_lost=round(current.seconds_lost + finding.seconds_lost, 3),
            )
        self._write("finding", finding)

    def _close(self, progress: _Progress) -> None:
        """What failed before has now passed: the open findings are remedied."""
        for finding in list(progress.open.values()):
            progress.open.pop(finding.pain)
            self._write("finding", replace(finding, outcome="remedied"))

    def _do(
        self, progress: _Progress, role: Role, action: Action, pain: str = ""
    ) -> tuple[Outcome, str]:
        """One action, performed and written down."""
        if self.cancel.is_set():
            raise Interrupted
        began = time.monotonic()
        try:
            outcome = self._performed(action)
        except LinkError as error:
            if not _may_come_back(error, action):
                raise
            outcome = Outcome(
                action.shown, None, stderr=error.details, seconds=_since(began), cut="link-lost"
            )
        self.on_host_s += outcome.seconds
        sensitive = isinstance(action, Command) and action.sensitive
        log = "" if sensitive else self.evidence.log(progress.step.id, role, outcome, action.shown)
        self.evidence.append(
            "command",
            step=progress.step.id,
            role=role,
            attempt=progress.number,
            pain=pain,
            shown=action.shown,
            script="" if sensitive else getattr(action, "script", ""),
            env=dict(getattr(action, "env", {})),
            as_root=outcome.as_root,
            exit_code=outcome.exit_code,
            cut=outcome.cut,
            seconds=round(outcome.seconds, 3),
            log=log,
            excerpt="" if sensitive or outcome.ok else excerpt(outcome.text),
        )
        if outcome.cut == "cancelled" and outcome.as_root:  # sshd passes no signal on to root's
            self.evidence.append("note", text=f"left running on the host: {action.shown}")
        if outcome.cut == "cancelled" or self.cancel.is_set():
            raise Interrupted
        if outcome.cut == "link-lost":
            raise _LinkLost
        if role != "probe":
            self._remark(progress, Attempt(progress.step.id, progress.number, role, outcome, log))
        return outcome, log

    def _remark(self, progress: _Progress, attempt: Attempt) -> None:
        """Warnings, each noted once on a host."""
        for finding in diagnose.remarks(attempt, self.pains):
            if finding.pain not in self.remarked and finding.pain not in progress.open:
                self.remarked.add(finding.pain)
                self._write("finding", finding)

    def _performed(self, action: Action) -> Outcome:
        if isinstance(action, Command):
            return self.link.run(action)
        if isinstance(action, Upload):
            return self.link.upload(action)
        if isinstance(action, Check):
            return self.look(action)
        return self._relogin(action)

    def _relogin(self, action: Relogin) -> Outcome:
        began = time.monotonic()
        self.link.reopen()
        return Outcome(action.shown, 0, seconds=_since(began))

    def _reconnect(self, progress: _Progress) -> None:
        """A lost link is tried again for a while; what ran on the host may still be running.

        Raises LinkError where it stays away, or goes away again and again.
        """
        where = progress.step.id
        self.evidence.append(
            "note",
            text=f"the connection was lost during {where}; a command of ours may still "
            "be running on the host (a package lock held now may be our own)",
        )
        progress.losses += 1
        if progress.losses > LOSSES:
            raise LinkError(f"the connection was lost {progress.losses} times during {where}")
        progress.number += 1
        progress.earlier.clear()
        began = time.monotonic()
        reopen(self.link, self.cancel)
        progress.spent_s += _since(began)
        self.evidence.append("note", text=f"the connection is back: {where} is tried again")

    def _sleep(self, progress: _Progress, seconds: float) -> None:
        progress.spent_s += seconds
        if self.cancel.wait(seconds):
            raise Interrupted

    def _write(self, event: str, thing: Any) -> None:
        self.evidence.append(event, **replay.fields(thing))


def reopen(link: Connection, cancel: threading.Event) -> None:
    """Log in again, for a while also to a host that does not answer yet.

    Raises LinkError where it stays away or lets nobody in, and Interrupted.
    """
    deadline = time.monotonic() + RECONNECT_S
    pause_s = 1.0
    while True:
        try:
            link.reopen()
            return
        except LinkError as error:
            if cancel.wait(pause_s):
                raise Interrupted from None
            if error.kind in REFUSALS or time.monotonic() > deadline:
                raise
        pause_s = min(pause_s * 2, 4.0)


def _unattended(action: Action, situation: Situation) -> Action:
    """Root's part of a remedy may install something: nobody is there to be asked."""
    if not isinstance(action, Command) or not action.as_root or situation.platform is None:
        return action
    return replace(action, env={**situation.platform.package_manager.env, **action.env})


def _may_come_back(error: LinkError, action: Action) -> bool:
    """Whether the link is merely gone. A host that will not let us in, or opens no session, is not
    asked again; logging in anew may find it unreachable for a moment."""
    if isinstance(action, Relogin):
        return error.kind not in REFUSALS
    return error.kind == "lost"


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
