"""What a newcomer does, in order, as data: (Facts, Platform, Stack, Settings) -> steps. Pure.

The documented commands are those of Docker's own pages (https://docs.docker.com/engine/install/
and https://docs.docker.com/engine/install/linux-postinstall/). Nothing here runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onramp.journey import deploy as journey_stack
from onramp.journey import install as journey_install
from onramp.journey import methods
from onramp.journey import reboot as journey_reboot
from onramp.journey.plan import Plan as Plan
from onramp.journey.plan import Scope as Scope
from onramp.model.step import ARRIVAL, DEPLOY, PROVISION, REBOOT, TEARDOWN, Stage, Step

# Before there are facts there is no plan: these are done by pipeline/connect and survey_host.
CONNECT: Final = Stage("connect", "Connect over SSH", ("ssh user@host",))
SURVEY: Final = Stage("survey", "Look at the host")
SCOPES: Final[dict[Scope, tuple[str, ...]]] = {  # what is planned and performed after the arrival
    "evaluate": PROVISION + DEPLOY + TEARDOWN,
    "provision": PROVISION,
    "deploy": DEPLOY,
    "teardown": ("find-stack", *TEARDOWN),
    "doctor": (),
}


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    **journey_install.BUILDERS,
    **journey_stack.BUILDERS,
    **journey_reboot.BUILDERS,
}


def planned(scope: Scope, *, keep: bool = False, reboot: bool = False) -> tuple[str, ...]:
    """The steps of a scope, in order. `keep` leaves the stack up; `reboot` restarts the host
    before anything is taken down."""
    upwards = tuple(step for step in SCOPES[scope] if step not in TEARDOWN)
    downwards = tuple(step for step in SCOPES[scope] if step in TEARDOWN)
    return upwards + (REBOOT if reboot else ()) + (() if keep else downwards)


def ids(scope: Scope, *, keep: bool = False, reboot: bool = False) -> tuple[str, ...]:
    """All that a host goes through in a scope: the arrival, then the steps."""
    return ARRIVAL + planned(scope, keep=keep, reboot=reboot)


def step(step_id: str, plan: Plan) -> Step:
    """One step as it stands with today's facts."""
    own = methods.chosen(plan).instead.get(step_id)
    return (own or BUILDERS[step_id])(plan)


def steps(plan: Plan, *, keep: bool = False) -> tuple[Step, ...]:
    """All that is planned with today's facts, as `--check` prints it."""
    wanted = planned(plan.scope, keep=keep, reboot=plan.reboot)
    return tuple(step(step_id, plan) for step_id in wanted)


def remarks(plan: Plan) -> tuple[str, ...]:
    """What somebody should know of the way before it is gone."""
    proxy = plan.settings.proxy
    guarded = any(url and "@" in url for url in (proxy.http, proxy.https))
    if not guarded or plan.scope not in ("evaluate", "provision", "deploy"):
        return ()
    return (
        "Docker keeps the proxy's password on this host: the daemon in /etc/docker/daemon.json, "
        "the builder in its history of builds (docker buildx history rm --all)",
    )
