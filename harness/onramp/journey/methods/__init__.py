"""The ways to a Docker Engine: one file each, exporting `METHOD`. `docker.method` names one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from msgspec import Struct, field

from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.platform import Platform
from onramp.model.settings import Settings
from onramp.model.step import Step
from onramp.model.unknown import known

AUTO: Final = "auto"  # Docker's repository where it has the system; else the system's own packages
OWN_FILE: Final = re.compile(  # what a method may put on a host that is in no package
    r"/(?:usr/bin|usr/local/lib/docker/cli-plugins|etc/systemd/system|etc/init\.d)/[\w.-]+"
)
NETWORK: Final = Command(
    "cat /etc/resolv.conf; ip route; date -u; cat /etc/os-release", display="look at the network"
)


class Method(Struct, frozen=True):
    """`engine` plans the step that installs it, `compose` the one that adds the Compose plugin.

    `refused` says why a system cannot be set up this way; empty: it can. `starts_itself`: whether
    a daemon runs once it is installed; None: as the system's packages do. `instead` plans steps by
    id that go another way here; `undo` is done before packages are removed.
    """

    id: str
    engine: Callable[[Plan], Step]
    compose: Callable[[Plan], Step]
    refused: Callable[[Platform], str] = lambda platform: ""
    starts_itself: bool | None = None
    instead: Mapping[str, Callable[[Plan], Step]] = field(default_factory=dict)
    undo: Callable[[Plan], tuple[Command, ...]] = lambda plan: ()


@cache
def methods() -> Mapping[str, Method]:
    """Every method, by its id."""
    import onramp.journey.methods
    from onramp.plugins import collect

    return collect(onramp.journey.methods, Method)


def chosen(plan: Plan) -> Method:
    """The method of the settings. Settings hold no other name (model/settings.py)."""
    return named(plan.settings, plan.platform)


def named(settings: Settings, platform: Platform) -> Method:
    """The method that settings mean on a platform."""
    wanted = settings.docker.method
    if wanted == AUTO:
        wanted = "repository" if platform.package_manager.vendor else "distribution"
    return methods()[wanted]


def starts_itself(plan: Plan) -> bool:
    """Whether a daemon runs once the engine is installed; elsewhere a page has people start it."""
    own = chosen(plan).starts_itself
    return plan.platform.starts_itself if own is None else own


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
