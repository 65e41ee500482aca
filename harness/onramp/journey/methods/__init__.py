"""The ways to a Docker Engine: one file each, exporting `METHOD`. `docker.method` names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.step import Step
from onramp.model.unknown import known

AUTO: Final = "auto"  # Docker's repository; what fails there may replan with another method
NETWORK: Final = Command(
    "cat /etc/resolv.conf; ip route; date -u; cat /etc/os-release", display="look at the network"
)


@dataclass(frozen=True, slots=True)
class Method:
    """`engine` plans the step that installs it, `compose` the one that adds the Compose plugin."""

    id: str
    engine: Callable[[Plan], Step]
    compose: Callable[[Plan], Step]


@cache
def methods() -> Mapping[str, Method]:
    """Every method, by its id."""
    import onramp.journey.methods
    from onramp.plugins import collect

    return collect(onramp.journey.methods, Method)


def chosen(plan: Plan) -> Method:
    """The method of the settings. Settings hold no other name (model/settings.py)."""
    wanted = plan.settings.docker.method
    return methods()["repository" if wanted == AUTO else wanted]


def compose_step(plan: Plan, documented: str, apply: tuple[Command, ...] = ()) -> Step:
    """The step whose end is a Compose plugin, however it comes."""
    return Step(
        id="install-compose",
        title="Have the Compose plugin",
        documented=(documented, "docker compose version"),
        holds=lambda facts: known(facts.compose) is not None,
        apply=apply,
        verify=(Command("docker compose version"),),
        context=(Command("docker --version; docker-compose --version; true"),),
        budget_s=plan.settings.timeouts.wait,
    )
