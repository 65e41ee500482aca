"""The stages of a host's way, those that can be planned as data; and an attempt at one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from onramp.model.action import Action, Command, Outcome, Role
from onramp.model.facts import Facts

# The steps of the journey by id, in order; `journey.SCOPES` says which a command takes.
ARRIVAL: Final = ("connect", "survey")
PROVISION: Final = ("install-engine", "install-compose", "start-daemon", "use-without-sudo")
DEPLOY: Final = ("copy-stack", "build", "up", "verify")
REBOOT: Final = ("reboot", "after-reboot")  # where it was asked for
TEARDOWN: Final = ("stop", "down", "down-volumes", "leftovers")
StepStatus = Literal["satisfied", "changed", "failed", "skipped", "planned"]


class Stage(Struct, frozen=True):
    """What a plan lists. `documented` is what the vendor's page tells a newcomer to type."""

    id: str
    title: str
    documented: tuple[str, ...] = ()


class Step(Stage, frozen=True):
    """A stage that is planned from facts and performed, as data.

    `holds` looks at facts alone:
    True means the step is satisfied and nothing is run. `tries` change nothing (a step whose tries
    pass without a remedy is satisfied too when it has no `apply`); then `apply`, then `verify`.
    `context` is read-only and run only after a failure: logs and states that name the cause.
    """

    holds: Callable[[Facts], bool] | None = None
    tries: tuple[Action, ...] = ()
    apply: tuple[Action, ...] = ()
    verify: tuple[Action, ...] = ()
    context: tuple[Command, ...] = ()
    budget_s: float = 900.0  # waits and retries together
    always: bool = False  # performed even after an earlier step failed (tear-down)

    @property
    def actions(self) -> tuple[tuple[Role, Action], ...]:
        """In the order they are performed, each with what it is for."""
        return (
            *(("try", action) for action in self.tries),
            *(("apply", action) for action in self.apply),
            *(("verify", action) for action in self.verify),
        )


class Attempt(Struct, frozen=True):
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
