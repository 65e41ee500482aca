"""One host on its way: connect, survey, plan, perform, end; written down as it goes.

Everything that happens to the host is data; an exception ends its walk with a status and never
leaves `go`, so that other hosts are not disturbed.
"""

from __future__ import annotations

import secrets
import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from harness import diagnose, execute, facts, handout, journey, platforms, replay, requirements
from harness import settings as settings_of
from harness.errors import HarnessError, LinkError
from harness.evidence import HostEvidence
from harness.execute import Interrupted, Performer
from harness.journey import install as journey_install
from harness.model import (
    UNKNOWN,
    Attempt,
    Evidence,
    Facts,
    Finding,
    Host,
    HostStatus,
    Outcome,
    PainPoint,
    Platform,
    Situation,
    Stack,
    Step,
    known,
)
from harness.providers import Provider
from harness.transport import SshTransport, open_ssh

OURS = ("copy-stack", "find-stack")  # after these the stack is known to be ours to take down
UNSUPPORTED = "unsupported-distribution"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """What to do on every host."""

    scope: journey.Scope
    stack: Stack
    pains: Mapping[str, PainPoint]
    allow: Collection[str] = ()
    check: bool = False
    keep: bool = False
    purge: bool = False
    remedies: bool = True
    requirements: bool = False  # measured as well, once the stack is verified
    ask_remedy: Callable[[str, Finding, str], bool] | None = None
    ask_key: Callable[[str], bool] | None = None
    stacks: Mapping[str, Stack] = field(default_factory=dict)  # by host: instead of `stack`
    prepare: Callable[[Host, str], Host] | None = None  # a recipe; asked before every step


@dataclass(slots=True)
class Run:
    """What the threads of one run share."""

    job: Job
    providers: Mapping[str, Provider]
    cancel: threading.Event = field(default_factory=threading.Event)
    finished: Callable[[HostEvidence], None] = lambda evidence: None
    meanwhile: Callable[[], None] = lambda: None  # done once, when every thread waits for a host
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


def end(run: Run, evidence: HostEvidence, status: HostStatus, **seconds: float) -> None:
    """The last event. Without `seconds` (total_s, on_host_s) the other events' times count."""
    rounded = {name: round(value, 3) for name, value in seconds.items()}
    evidence.append("end", status=status, **rounded)
    try:
        run.finished(evidence)
    except Exception as error:  # reports can be made again from the events
        fault(evidence, error)


def fault(evidence: HostEvidence, error: Exception) -> None:
    """A defect of ours, on this host's page; it must not take the other hosts down."""
    evidence.append(
        "fault", text=f"{type(error).__name__}: {error}", details=traceback.format_exc()
    )


class _Failed(Exception):
    """The host's journey ends here; why has been written down."""


class HostWalk:
    """One host's way through the pipeline."""

    def __init__(self, run: Run, host: Host, evidence: HostEvidence) -> None:
        self.run, self.job, self.host, self.evidence = run, run.job, host, evidence
        self.stack = self.job.stacks.get(host.name, self.job.stack)
        self.provider = run.providers[host.provider]
        self.settings = settings_of.parse(host.settings, where=host.name)
        self.transport: SshTransport | None = None
        self.memory: dict[str, Any] = {}
        self.pains = dict(self.job.pains)  # those whose own code has not broken here
        self.step = "connect"
        self.on_host_s = 0.0
        self.changed = False  # whether any step was more than found satisfied

    def go(self) -> None:
        """From acquiring the host to its `end` event; never raises."""
        began = time.monotonic()
        acquired = False
        try:
            self.introduce()
            self.host = self.provider.acquire(self.host, self._progress)
            acquired = True
            self.settings = settings_of.parse(self.host.settings, where=self.host.name)
            self.introduce()
            for text in self.host.notes:
                self.evidence.append("note", text=text)
            self._prepare("connect")
            status = self._walk()
        except Exception as error:
            status = self._stopped(error)
        finally:
            if self.transport:
                self.transport.close()
        seconds = time.monotonic() - began
        end(self.run, self.evidence, status, total_s=seconds, on_host_s=self.on_host_s)
        if acquired:
            self._release()

    def _stopped(self, error: Exception) -> HostStatus:
        """The status of a host whose journey ended early; why is written down."""
        if self.run.cancel.is_set() or isinstance(error, Interrupted):
            return "interrupted"
        if isinstance(error, LinkError):
            self._link_failed(error)
            return "unreachable"
        if isinstance(error, HarnessError):
            self.evidence.append("fault", text=error.brief, details=error.details)
        elif not isinstance(error, _Failed):
            fault(self.evidence, error)
        return "failed"

    def introduce(self) -> None:
        """Who the host is, as far as that is known by now."""
        host = self.host
        scope = "doctor" if self.job.check else self.job.scope
        asked = journey.ids(scope, keep=self.job.keep)
        self.evidence.append(
            "host",
            name=host.name,
            address=host.address,
            port=host.port,
            user=host.user,
            image=host.image,
            provider=host.provider,
            stack=self.stack.name,
            reviewer=self.stack.reviewer,
            asked=asked,
        )
        if "copy-stack" in asked:
            self.evidence.append("files", files=replay.jsonable(handout.files(self.stack)))

    def _prepare(self, step_id: str) -> None:
        if self.job.prepare:
            self.host = self.job.prepare(self.host, step_id)

    def _progress(self, text: str) -> None:
        self.evidence.append("progress", text=text)

    def _release(self) -> None:
        try:
            self.provider.release(self.host)
        except Exception as error:
            self.evidence.append("note", text=f"releasing the host failed: {error}")

    # --- connect and survey -------------------------------------------------------------------

    def _walk(self) -> HostStatus:
        self._connect()
        seen = self._survey()
        platform = self._platform(seen)
        plan = journey.Plan(seen, platform, self.stack, self.settings, self.job.scope)
        self._announce(plan)
        for text in journey.remarks(plan):
            self.evidence.append("note", text=text)
        for finding in self._foreseen(plan):
            self.evidence.append("finding", **replay.fields(finding))
        if self.job.check:
            return self._planned(plan)
        return self._journey(plan)

    def _connect(self) -> None:
        self.evidence.append("step", id="connect", title="Connect over SSH", state="started")
        began = time.monotonic()
        waited: Finding | None = None
        number = 1
        while self.transport is None:
            try:
                self.transport = open_ssh(
                    self.host, self.settings, cancel=self.run.cancel, ask=self.job.ask_key
                )
            except LinkError as error:
                if self.run.cancel.is_set():
                    raise Interrupted from None
                waited = self._waited(error, number)
                number += 1
        seconds = round(time.monotonic() - began, 3)
        self.evidence.append("connected", seconds=seconds)
        if waited:
            cured = replace(waited, outcome="remedied", seconds_lost=seconds)
            self.evidence.append("finding", **replay.fields(cured))
        self._finish("connect", "satisfied", seconds)

    def _waited(self, error: LinkError, number: int) -> Finding:
        """A host that may only be booting still is waited for; otherwise the error stands."""
        attempt, seen, situation = self._link_seen(error, number)
        move = self._asked(
            lambda: diagnose.decide(
                seen, self.pains, replace(situation, attempt=attempt),
                tried=(), allow=(), left_s=self.settings.timeouts.wait,
            )
        )  # fmt: skip
        if not isinstance(move, diagnose.Wait) or not self.job.remedies:
            raise error
        self._link_noted(attempt)
        self.evidence.append("finding", **replay.fields(move.finding))
        if self.run.cancel.wait(move.seconds):
            raise Interrupted
        return move.finding

    def _link_failed(self, error: LinkError) -> None:
        """No login, or the link was lost: a finding like any other, with the tool's own words."""
        attempt, seen, _ = self._link_seen(error, 1)
        self._link_noted(attempt)
        self._conclude(attempt, seen)
        if error.resolution:
            self.evidence.append("note", text=error.resolution)
        if self.step in ("connect", "survey"):  # any other has been finished where it broke off
            self._finish(self.step, "failed", 0.0)

    def _link_seen(
        self, error: LinkError, number: int
    ) -> tuple[Attempt, tuple[Finding, ...], Situation]:
        """What a failed connection shows, in the SSH library's own words."""
        login = f"{self.host.user}@" if self.host.user else ""
        port = f"-p {self.host.port} " if self.host.port != 22 else ""
        shown = f"ssh {port}{login}{self.host.address}"
        words = "\n".join(part for part in (error.details, error.brief) if part)
        outcome = Outcome(shown, 255, stderr=words)
        log = self.evidence.log(self.step, "try", outcome, shown)
        attempt = Attempt(self.step, number, "try", outcome, log)
        situation = self._bare_situation()
        return attempt, self._recognised(attempt, situation), situation

    def _bare_situation(self) -> Situation:
        """Before anything is known of the host."""
        return Situation(Facts(), self.settings, stack=self.stack, step=self.step)

    def _recognised(self, attempt: Attempt, situation: Situation) -> tuple[Finding, ...]:
        """What diagnosis finds where no probe can be run."""

        def findings() -> tuple[Finding, ...]:
            found = diagnose.matches(attempt, self.pains)
            return diagnose.findings(attempt, found, {}, situation)

        return self._asked(findings)

    def _conclude(self, attempt: Attempt, seen: Sequence[Finding]) -> None:
        """The cause, for a person to act on; or that there is none to name."""
        if seen:
            finding = replace(seen[0], outcome="needs-human")
            self.evidence.append("finding", **replay.fields(finding))
        else:
            self.evidence.append("unexplained", **replay.fields(diagnose.unexplained(attempt)))

    def _asked(self, question: Callable[[], T]) -> T:
        """What diagnosis answers; a pain point whose own code breaks is left out, visibly."""
        while True:
            try:
                return question()
            except diagnose.PainPointFault as fault:
                self.evidence.append("fault", text=str(fault), details=fault.details)
                self.pains.pop(fault.pain, None)

    def _link_noted(self, attempt: Attempt) -> None:
        self.evidence.append(
            "command", step=attempt.step, role="try", attempt=attempt.number,
            shown=attempt.outcome.command, script="", as_root=False, exit_code=255, seconds=0.0,
            log=attempt.log, excerpt=attempt.outcome.stderr,
        )  # fmt: skip

    def _survey(self) -> Facts:
        self.evidence.append("step", id="survey", title="Look at the host", state="started")
        began = time.monotonic()
        seen = self._facts(began)
        self.evidence.append("facts", **replay.fields(seen))
        self._finish("survey", "satisfied", round(time.monotonic() - began, 3))
        return seen

    def _facts(self, began: float) -> Facts:
        assert self.transport
        self.step = "survey"
        token = secrets.token_hex(12)
        outcome = self._probed(token)
        self.on_host_s += outcome.seconds
        log = self.evidence.log("survey", "survey", outcome, "survey the host")
        self.evidence.append(
            "command", step="survey", role="survey", attempt=1, shown="survey the host",
            script="", as_root=False, exit_code=outcome.exit_code, cut=outcome.cut,
            seconds=round(outcome.seconds, 3), log=log,
        )  # fmt: skip
        if outcome.cut == "cancelled":
            raise Interrupted
        seen = facts.parse(outcome, token)
        if seen.os_id is UNKNOWN:
            # logged in, and no shell of ours was begun: what was printed instead may say why
            attempt = Attempt("survey", 1, "survey", outcome, log)
            self._conclude(attempt, self._recognised(attempt, self._bare_situation()))
            self._finish("survey", "failed", round(time.monotonic() - began, 3))
            raise _Failed
        host_clock = known(seen.clock_s)
        offset = UNKNOWN if host_clock is None else round(host_clock - time.time(), 1)
        self.transport.sudo_mode = known(seen.sudo)
        return replace(seen, clock_offset_s=offset)

    def _probed(self, token: str) -> Outcome:
        """What the probe printed. A link lost meanwhile is opened anew, once: nothing was changed.

        Raises LinkError and Interrupted.
        """
        assert self.transport
        lost = LinkError("the connection was lost during the survey")
        self.run.asked.release()
        for _ in range(2):
            try:
                outcome = self.transport.run(facts.probe_command(token))
            except LinkError as error:
                if error.kind != "lost":
                    raise
                lost = error
            else:
                if outcome.cut != "link-lost":
                    return outcome
            self.evidence.append("note", text=lost.brief)
            execute.reopen(self.transport, self.run.cancel)
        raise lost

    def _platform(self, seen: Facts) -> Platform:
        platform = platforms.resolve(seen)
        if platform:
            self.evidence.append(
                "platform", id=platform.id, title=platform.title, note=platform.note
            )
            return platform
        situation = Situation(seen, self.settings, None, self.stack, "survey")

        def foreseen() -> tuple[Finding, ...]:
            own = {name: pain for name, pain in self.pains.items() if name == UNSUPPORTED}
            return diagnose.foreseen(situation, own)

        words = [finding.evidence.excerpt for finding in self._asked(foreseen)]
        said = words[0] if words else str(known(seen.os_pretty))
        finding = Finding(
            pain=UNSUPPORTED,
            step="survey",
            how="foreseen",
            evidence=Evidence("cat /etc/os-release", 0, said),
            because=(said,),
            outcome="needs-human",
        )
        self.evidence.append("finding", **replay.fields(finding))
        self._finish("survey", "failed", 0.0)
        raise _Failed

    def _foreseen(self, plan: journey.Plan) -> tuple[Finding, ...]:
        situation = self._situation(plan)
        return self._asked(lambda: diagnose.foreseen(situation, self.pains))

    # --- the journey --------------------------------------------------------------------------

    def _steps(self) -> tuple[str, ...]:
        return journey.ids(self.job.scope, keep=self.job.keep)

    def _announce(self, plan: journey.Plan) -> None:
        steps = [journey.step(step_id, plan) for step_id in self._steps()]
        self.evidence.append(
            "plan",
            steps=[{"id": s.id, "title": s.title, "documented": s.documented} for s in steps],
            method=journey_install.method(plan),
        )

    def _planned(self, plan: journey.Plan) -> HostStatus:
        """--check: what would be done; steps that hold already say so. Nothing is run."""
        for step_id in self._steps()[2:]:
            step = journey.step(step_id, plan)
            holds = step.holds is not None and step.holds(plan.facts)
            for action in () if holds else (*step.tries, *step.apply, *step.verify):
                self._progress(f"{step_id}: would run: {action.shown}")
            self._finish(step_id, "satisfied" if holds else "planned", 0.0, attempts=0)
        self._versions(plan.facts)
        return "planned"

    def _journey(self, plan: journey.Plan) -> HostStatus:
        performer = self._performer()
        failed = copied = False
        try:
            for step_id in self._steps()[2:]:
                step = journey.step(step_id, plan)
                if failed and not (step.always and copied):
                    continue
                self._prepare(step_id)
                if failed:  # tear down; nothing is started again to be looked at
                    step = replace(step, verify=())
                status, plan = self._perform(performer, step, plan)
                failed |= status == "failed"
                copied |= step_id in OURS and status != "failed"
                if step_id == "verify" and not failed:
                    self._requirements()
            if self.job.purge and not failed:
                failed = self._purge(performer, plan)
            self._cpu()
        finally:
            self.on_host_s += performer.on_host_s
            self._versions(plan.facts)
        return "failed" if failed else "passed"

    def _cpu(self) -> None:
        """How busy the host was, for whoever compares seconds; not asked where nothing was done."""
        assert self.transport
        if not self.changed:
            return
        with suppress(LinkError):  # all that was asked for is done
            seen = facts.cpu(self.transport.run(facts.ASK_CPU).stdout)
            if seen:
                self.evidence.append("cpu", **seen)

    def _requirements(self) -> None:
        """What a team needs, tried beside the stack; a defect of ours there ends no journey."""
        if not self.job.requirements:
            return
        assert self.transport
        try:
            self.on_host_s += requirements.measure(
                self.stack, self.transport, self.evidence, self.run.cancel
            )
        except (LinkError, Interrupted):
            raise
        except Exception as error:
            fault(self.evidence, error)

    def _perform(
        self, performer: Performer, step: Step, plan: journey.Plan
    ) -> tuple[str, journey.Plan]:
        """One step; a cure may have the rest planned anew, beginning with this step."""
        self.step = step.id
        for _ in range(3):
            done = performer.perform(step, self._situation(plan))
            if done.settings is not None:
                laid_over = settings_of.overlaid(plan.settings, done.settings)
                plan = replace(plan, settings=laid_over)
                self._announce(plan)
            self.changed |= done.status == "changed"
            if done.status == "changed" and step.id in journey.PROVISION:
                plan = replace(plan, facts=self._facts(time.monotonic()))
            if done.settings is None:
                return done.status, plan
            if "docker.method" in done.settings and step.id != "install-engine":
                # the engine may be another one now, or gone
                engine = journey.step("install-engine", plan)
                status, plan = self._perform(performer, engine, plan)
                if status == "failed":
                    return status, plan
            step = journey.step(step.id, plan)
        return "failed", plan

    def _performer(self) -> Performer:
        from harness import looks

        assert self.transport
        transport, ask = self.transport, self.job.ask_remedy
        return Performer(
            transport,
            self.evidence,
            self.pains,
            look=lambda look: looks.perform(look, transport, self.host, self.memory, self.evidence),
            cancel=self.run.cancel,
            allow=self.job.allow,
            ask=(lambda finding, what: ask(self.host.name, finding, what)) if ask else None,
            remedies=self.job.remedies,
        )

    def _purge(self, performer: Performer, plan: journey.Plan) -> bool:
        status, _ = self._perform(performer, journey_install.purge(plan), plan)
        if status == "satisfied":
            said = "Onramp installed no engine here (or it is gone): nothing was removed"
            self.evidence.append("note", text=said)
        return status == "failed"

    def _situation(self, plan: journey.Plan) -> Situation:
        return Situation(plan.facts, plan.settings, plan.platform, plan.stack)

    def _versions(self, seen: Facts) -> None:
        engine, compose = known(seen.engine), known(seen.compose)
        self.evidence.append("versions", engine=engine, compose=compose, buildx=known(seen.buildx))

    def _finish(self, step: str, status: str, seconds: float, *, attempts: int = 1) -> None:
        self.evidence.append(
            "step", id=step, state="finished", status=status, seconds=seconds, attempts=attempts
        )
