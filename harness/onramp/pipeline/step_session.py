"""One step while it is performed on a host: where it stands, and the findings that are open."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from onramp.evidence.attempts import StepOutputs
from onramp.model.pain import Finding, Situation
from onramp.model.step import Step
from onramp.pipeline.host_session import HostSession, Interrupted


class StepSession(Struct):
    """`open` holds, by pain id, what was met and is being remedied; `tried` what was repaired.

    `spent_s` counts waits and actions that failed; work that succeeds is free. `outputs` is what
    the step's commands have printed, `settings` what a cure wants laid over.
    """

    host: HostSession
    step: Step
    situation: Situation
    outputs: StepOutputs
    began: float = field(default_factory=time.monotonic)
    number: int = 1  # of the attempt
    failed_at: int = -1  # the last action that failed
    changed: bool = False
    tried: set[str] = field(default_factory=set)
    open: dict[str, Finding] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    spent_s: float = 0.0
    losses: int = 0

    @property
    def left_s(self) -> float:
        return self.step.budget_s - self.spent_s

    def sleep(self, seconds: float) -> None:
        """Counts on the step's budget. Raises Interrupted."""
        self.spent_s += seconds
        with self.host.aside():
            if self.host.run.cancel.wait(seconds):
                raise Interrupted

    def meet(self, finding: Finding) -> None:
        """A pain point met; what came of it is written again when it is known."""
        if finding.pain not in self.open:
            self.open[finding.pain] = finding
            self.host.evidence.append(replace(finding, open=True))

    def count(self, pain: str, helped: tuple[str, ...], *, more: int = 1) -> None:
        """Another command somebody would have had to type; `helped`: those that did their work."""
        current = self.open[pain]
        self.open[pain] = replace(
            current,
            remedy_commands=(*current.remedy_commands, *helped),
            extra_commands=current.extra_commands + more,
        )

    def lose(self, pain: str, began: float) -> None:
        """Adds the seconds since `began` to what an open finding has cost."""
        current = self.open.get(pain)
        if current:
            lost_s = round(current.seconds_lost + since(began), 3)
            self.open[pain] = replace(current, seconds_lost=lost_s)

    def settle(self, finding: Finding) -> None:
        """Writes a finding whose outcome is known, with what was counted for it before."""
        current = self.open.pop(finding.pain, None)
        if current:
            finding = replace(
                current,
                outcome=finding.outcome,
                seconds_lost=round(current.seconds_lost + finding.seconds_lost, 3),
            )
        self.host.found(finding)

    def close(self) -> None:
        """What failed before has now passed: the open findings are remedied."""
        for finding in list(self.open.values()):
            self.open.pop(finding.pain)
            self.host.found(replace(finding, outcome="remedied"))


def since(began: float) -> float:
    """Seconds since then, to the millisecond."""
    return round(time.monotonic() - began, 3)
