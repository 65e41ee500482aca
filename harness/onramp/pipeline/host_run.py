"""One host on its way: arrive, plan, perform, end; written down as it goes.

Everything that happens to the host is data; an exception ends its walk with a status and never
leaves `go`, so that other hosts are not disturbed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from onramp import journey
from onramp.config import parse_settings as settings_of
from onramp.diagnosis import findings
from onramp.errors import HarnessError, LinkError
from onramp.evidence import replay
from onramp.evidence.run_dir import HostEvidence
from onramp.journey import install as journey_install
from onramp.journey import survey as facts
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.pain import Finding, Situation
from onramp.model.run import HostStatus
from onramp.model.step import PROVISION, Step
from onramp.model.unknown import known
from onramp.pipeline import connect as arrival
from onramp.pipeline import stack_listing, try_requirements
from onramp.pipeline.host_session import Failed, HostSession, Run, end, fault
from onramp.pipeline.step_runner import Interrupted, StepRunner

OURS = ("copy-stack", "find-stack")  # after these the stack is known to be ours to take down


class HostJourney:
    """One host's way through the pipeline."""

    def __init__(self, run: Run, host: Host, evidence: HostEvidence) -> None:
        self.run, self.job, self.evidence = run, run.job, evidence
        self.visit = HostSession(run, host, evidence)
        self.provider = run.providers[host.provider]
        self.memory: dict[str, Any] = {}
        self.changed = False  # whether any step was more than found satisfied

    def go(self) -> None:
        """From acquiring the host to its `end` event; never raises."""
        began = time.monotonic()
        acquired = False
        try:
            self.introduce()
            self.visit.host = self.provider.acquire(self.visit.host, self._progress)
            acquired = True
            self.introduce()
            for text in self.visit.host.notes:
                self.visit.note(text)
            self._prepare("connect")
            status = self._walk()
        except Exception as error:
            status = self._stopped(error)
        finally:
            if self.visit.transport:
                self.visit.transport.close()
        seconds = time.monotonic() - began
        end(self.run, self.evidence, status, total_s=seconds, on_host_s=self.visit.on_host_s)
        if acquired:
            self._release()

    def _stopped(self, error: Exception) -> HostStatus:
        """The status of a host whose journey ended early; why is written down."""
        if self.run.cancel.is_set() or isinstance(error, Interrupted):
            return "interrupted"
        if isinstance(error, LinkError):
            arrival.link_failed(self.visit, error)
            return "unreachable"
        if isinstance(error, HarnessError):
            self.evidence.append("fault", text=error.brief, details=error.details)
        elif not isinstance(error, Failed):
            fault(self.evidence, error)
        return "failed"

    def introduce(self) -> None:
        """Who the host is, as far as that is known by now."""
        host = self.visit.host
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
            stack=self.visit.stack.name,
            reviewer=self.visit.stack.reviewer,
            asked=asked,
        )
        if "copy-stack" in asked:
            self.evidence.append(
                "files", files=replay.jsonable(stack_listing.files(self.visit.stack))
            )

    def _prepare(self, step_id: str) -> None:
        if self.job.prepare:
            self.visit.host = self.job.prepare(self.visit.host, step_id)

    def _progress(self, text: str) -> None:
        self.evidence.append("progress", text=text)

    def _release(self) -> None:
        try:
            self.provider.release(self.visit.host)
        except Exception as error:
            self.visit.note(f"releasing the host failed: {error}")

    def _walk(self) -> HostStatus:
        arrival.connect(self.visit)
        seen = arrival.survey(self.visit)
        platform = arrival.platform(self.visit, seen)
        plan = journey.Plan(
            seen, platform, self.visit.stack, self.visit.host.settings, self.job.scope
        )
        self._announce(plan)
        for text in journey.remarks(plan):
            self.visit.note(text)
        for finding in self._foreseen(plan):
            self.visit.found(finding)
        if self.job.check:
            return self._planned(plan)
        return self._journey(plan)

    def _foreseen(self, plan: journey.Plan) -> tuple[Finding, ...]:
        situation = self._situation(plan)
        return self.visit.asked(lambda: findings.foreseen(situation, self.visit.pains))

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
            self.visit.finish(step_id, "satisfied" if holds else "planned", 0.0, attempts=0)
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
            self.visit.on_host_s += performer.on_host_s
            self._versions(plan.facts)
        return "failed" if failed else "passed"

    def _cpu(self) -> None:
        """How busy the host was, for whoever compares seconds; not asked where nothing was done."""
        if not self.changed:
            return
        with suppress(LinkError):  # all that was asked for is done
            seen = facts.cpu(self.visit.link.run(facts.ASK_CPU).stdout)
            if seen:
                self.evidence.append("cpu", **seen)

    def _requirements(self) -> None:
        """What a team needs, tried beside the stack; a defect of ours there ends no journey."""
        if not self.job.requirements:
            return
        try:
            self.visit.on_host_s += try_requirements.measure(
                self.visit.stack, self.visit.link, self.evidence, self.run.cancel
            )
        except (LinkError, Interrupted):
            raise
        except Exception as error:
            fault(self.evidence, error)

    def _perform(
        self, performer: StepRunner, step: Step, plan: journey.Plan
    ) -> tuple[str, journey.Plan]:
        """One step; a cure may have the rest planned anew, beginning with this step."""
        self.visit.step = step.id
        for _ in range(3):
            done = performer.perform(step, self._situation(plan))
            if done.settings is not None:
                laid_over = settings_of.overlaid(plan.settings, done.settings)
                plan = replace(plan, settings=laid_over)
                self._announce(plan)
            self.changed |= done.status == "changed"
            if done.status == "changed" and step.id in PROVISION:
                plan = replace(plan, facts=arrival.gathered(self.visit, time.monotonic()))
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

    def _performer(self) -> StepRunner:
        from onramp.pipeline import checks

        link, ask = self.visit.link, self.job.ask_remedy
        return StepRunner(
            link,
            self.evidence,
            self.visit.pains,
            look=lambda look: checks.perform(look, link, self.memory, self.evidence),
            cancel=self.run.cancel,
            allow=self.job.allow,
            ask=(lambda finding, what: ask(self.visit.host.name, finding, what)) if ask else None,
            remedies=self.job.remedies,
        )

    def _purge(self, performer: StepRunner, plan: journey.Plan) -> bool:
        status, _ = self._perform(performer, journey_install.purge(plan), plan)
        if status == "satisfied":
            said = "Onramp installed no engine here (or it is gone): nothing was removed"
            self.visit.note(said)
        return status == "failed"

    def _situation(self, plan: journey.Plan) -> Situation:
        return Situation(plan.facts, plan.settings, plan.platform, plan.stack)

    def _versions(self, seen: Facts) -> None:
        engine, compose = known(seen.engine), known(seen.compose)
        self.evidence.append("versions", engine=engine, compose=compose, buildx=known(seen.buildx))
