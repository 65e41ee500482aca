"""One stage of the journey, as data; and an attempt at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from onramp.model.action import Action, Command, Outcome, Role
from onramp.model.facts import Facts

# The steps of the journey by id, in order; `journey.SCOPES` says which a command takes.
PROVISION: Final = (
    "connect",
    "survey",
    "install-engine",
    "install-compose",
    "start-daemon",
    "use-without-sudo",
)
DEPLOY: Final = ("copy-stack", "build", "up", "verify")
TEARDOWN: Final = ("stop", "down", "down-volumes", "leftovers")
StepStatus = Literal["satisfied", "changed", "failed", "skipped", "planned"]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the journey, as data.

    `documented` is what the vendor's page tells a newcomer to type. `holds` looks at facts alone:
    True means the step is satisfied and nothing is run. `tries` change nothing (a step whose tries
    pass without a remedy is satisfied too when it has no `apply`); then `apply`, then `verify`.
    `context` is read-only and run only after a failure: logs and states that name the cause.
    """

    id: str
    title: str
    documented: tuple[str, ...] = ()
    holds: Callable[[Facts], bool] | None = None
    tries: tuple[Action, ...] = ()
    apply: tuple[Action, ...] = ()
    verify: tuple[Action, ...] = ()
    context: tuple[Command, ...] = ()
    budget_s: float = 900.0  # waits and retries together
    always: bool = False  # performed even after an earlier step failed (tear-down)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One pass over a step: the action that failed (or the last one) and what was seen.

    `context` holds what the step's context commands printed after the failure.
    """

    step: str
    number: int
    role: Role
    outcome: Outcome
    log: str = ""  # path below the host's directory
    context: tuple[Outcome, ...] = ()

    @property
    def text(self) -> str:
        """Everything diagnosis may read, the failed action's own words first."""
        return "\n".join((self.outcome.text, *(seen.text for seen in self.context)))
