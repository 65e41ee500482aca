"""The next morning: the host is restarted, and what a newcomer meets then is looked at. Pure.

Docker's pages have the service start at boot
(https://docs.docker.com/engine/install/linux-postinstall/) and containers by their restart policy
(https://docs.docker.com/engine/containers/start-containers-automatically/).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onramp.journey import daemon
from onramp.journey.plan import Plan
from onramp.journey.service_managers import ANSWERS
from onramp.journey.stack_commands import counter_checks, logs, page_check, project
from onramp.model.action import Action, Check, Command, Restart
from onramp.model.step import Step

BOOTED_WITHIN_S: Final = 180
STARTED_WITHIN_S: Final = 30.0


def reboot(plan: Plan) -> Step:
    """The whole system, as a person would do it; not the daemon alone."""
    return Step(
        id="reboot",
        title="Restart the host",
        documented=("sudo reboot",),
        apply=(restart(plan),),
    )


def restart(plan: Plan) -> Restart:
    """How this host is restarted, and how long it may be away."""
    return Restart(plan.platform.service_manager.reboot, plan.settings.timeouts.reboot)


def after_reboot(plan: Plan) -> Step:
    """Before anything is started by hand: the daemon, the user's rights, then the stack."""
    services = plan.platform.service_manager
    return next_morning(
        plan,
        Command(services.status.format(unit="docker"), as_root=True),
        (
            Command(services.is_enabled.format(unit="docker"), display=services.is_enabled_shown),
            daemon.look(),
        ),
    )


def next_morning(plan: Plan, status: Command, context: tuple[Command, ...]) -> Step:
    """`status` says whether the daemon runs without having it started by being asked."""
    deployed = plan.scope == "evaluate"
    return Step(
        id="after-reboot",
        title="See what is there after the restart",
        documented=("docker ps",),
        tries=(
            _booted(plan),
            status,
            Command("docker version"),
            *(_stack_is_back(plan) if deployed else ()),
        ),
        context=(*context, *((logs(plan.stack),) if deployed else ())),
        budget_s=plan.settings.timeouts.wait,
    )


def _booted(plan: Plan) -> Command:
    """Whoever logs in at once is earlier than what the system starts by itself."""
    ends = plan.platform.service_manager.booted
    if not ends:
        return ANSWERS
    return Command(
        f"timeout {BOOTED_WITHIN_S} {ends} || true", timeout_s=BOOTED_WITHIN_S + 20, display=ends
    )


def _stack_is_back(plan: Plan) -> tuple[Action, ...]:
    within_s = max(STARTED_WITHIN_S, plan.stack.up_timeout_s)  # until it is healthy, too
    parameters = {
        "project": project(plan.stack),
        "services": plan.stack.services,
        "within_s": within_s,
    }
    back = Check("came-back", parameters, "docker compose ps --all", within_s + 30)
    pages = (page_check(plan, check) for check in plan.stack.http)
    return (back, *pages, *counter_checks(plan, "continues"))


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    "reboot": reboot,
    "after-reboot": after_reboot,
}
