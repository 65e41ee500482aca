"""The second half of the journey: the stack goes up, proves itself, and comes down. Pure.

The commands typed are Compose's own; project and directory are this tool's, so that nothing of
anybody else's is touched (COMPOSE_PROJECT_NAME:
https://docs.docker.com/compose/how-tos/environment-variables/envvars/).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from onramp.journey.plan import Plan
from onramp.journey.root_commands import proxy_env
from onramp.journey.stack_commands import (
    MARK,
    build_images,
    builds_with_hosts_network,
    compose,
    counter_checks,
    directory,
    free_ports,
    logs,
    nobody_elses,
    page_check,
    project,
    url,
)
from onramp.model.action import Action, Check, Command, Upload
from onramp.model.facts import Facts
from onramp.model.step import Step


def copy_stack(plan: Plan) -> Step:
    """The files, in a directory of their own; a project somebody else made is left alone."""
    stack = plan.stack
    files = {**stack.files, MARK: b"Made by Onramp.\n", **builds_with_hosts_network(plan)}
    return Step(
        id="copy-stack",
        title=f"Copy the stack {stack.name}",
        documented=(f"cp the stack's files to ~/{directory(stack)}",),
        tries=(nobody_elses(stack),),
        apply=(Upload(f"~/{directory(stack)}", files, stack.modes),),
    )


def find_stack(plan: Plan) -> Step:
    """Before anything is taken down: is it ours? Nothing there at all is fine too."""
    return Step(
        id="find-stack",
        title="See that the stack is Onramp's own",
        documented=("docker compose ls",),
        holds=_nothing_there(plan),
        tries=(nobody_elses(plan.stack),),
        context=(_CONTEXT,),
        budget_s=plan.settings.timeouts.wait,
    )


def build(plan: Plan) -> Step:
    """Images, after a snapshot of what the engine held before."""
    build_args = "".join(f" --build-arg {name}" for name in proxy_env(plan.settings))
    return Step(
        id="build",
        title="Build the images",
        documented=("docker compose build",),
        apply=(
            Check("snapshot", {"project": project(plan.stack)}, "note what the engine holds"),
            build_images(plan, f"build{build_args}"),
        ),
        context=(_CONTEXT,),
        budget_s=plan.settings.timeouts.wait,
    )


def up(plan: Plan) -> Step:
    """Everything started in the background."""
    timeout_s = max(plan.settings.timeouts.up, plan.stack.up_timeout_s)
    return Step(
        id="up",
        title="Bring the stack up",
        documented=("docker compose up -d",),
        apply=(compose(plan, "up -d", timeout_s=timeout_s),),
        context=(free_ports(plan.stack), _CONTEXT, logs(plan.stack)),
        budget_s=plan.settings.timeouts.wait,
    )


def verify(plan: Plan) -> Step:
    """Services run, pages answer, the counter counts."""
    running = Check(
        "running",
        {
            "project": project(plan.stack),
            "services": plan.stack.services,
            "within_s": plan.stack.up_timeout_s,
        },
        "docker compose ps",
        timeout_s=plan.stack.up_timeout_s + 30,
    )
    return Step(
        id="verify",
        title="See that it works",
        documented=("docker compose ps", *(f"curl {url(check)}" for check in plan.stack.http)),
        tries=(
            running,
            *(page_check(plan, c) for c in plan.stack.http),
            *counter_checks(plan, "rises"),
            Check(
                "still-running",
                {"project": project(plan.stack), "services": plan.stack.services},
                "docker compose ps",
            ),
        ),
        context=(logs(plan.stack),),
    )


def stop(plan: Plan) -> Step:
    """Stopped containers keep their state: started again, the counter goes on."""
    apply: tuple[Action, ...] = (
        compose(plan, "stop", timeout_s=plan.stack.stop_timeout_s),
        Check("exit-codes", {"project": project(plan.stack)}, "docker compose ps --all"),
    )
    survives: tuple[Action, ...] = (compose(plan, "start"), *counter_checks(plan, "continues"))
    return Step(
        id="stop",
        title="Stop the stack",
        documented=("docker compose stop",),
        holds=_nothing_there(plan),
        apply=apply,
        verify=survives if plan.scope == "evaluate" and counter_checks(plan, "continues") else (),
        context=(logs(plan.stack),),
        always=True,
    )


def down(plan: Plan) -> Step:
    """Containers and networks gone; what a volume holds is kept."""
    kept: tuple[Action, ...] = ()
    if plan.scope == "evaluate" and plan.stack.persistent is not None:
        expected = "continues" if plan.stack.persistent else "restarted"
        kept = (compose(plan, "up -d"), *counter_checks(plan, expected))
    return Step(
        id="down",
        title="Take the stack down",
        documented=("docker compose down",),
        holds=_nothing_there(plan),
        apply=(compose(plan, "down", timeout_s=plan.stack.stop_timeout_s),),
        verify=kept,
        context=(logs(plan.stack),),
        always=True,
    )


def down_volumes(plan: Plan) -> Step:
    """Volumes gone too: brought up once more, the counter starts anew."""
    anew: tuple[Action, ...] = ()
    if plan.scope == "evaluate" and plan.stack.persistent:
        anew = (
            compose(plan, "up -d"),
            *counter_checks(plan, "restarted"),
            compose(plan, "down -v -t 1", timeout_s=plan.stack.stop_timeout_s),
        )
    return Step(
        id="down-volumes",
        title="Take the volumes down too",
        documented=("docker compose down -v",),
        holds=_nothing_there(plan),
        apply=(compose(plan, "down -v", timeout_s=plan.stack.stop_timeout_s),),
        verify=anew,
        context=(logs(plan.stack),),
        always=True,
    )


def leftovers(plan: Plan) -> Step:
    """What is there now and was not before."""
    parameters: dict[str, Any] = {
        "project": project(plan.stack),
        "directory": directory(plan.stack),
    }
    return Step(
        id="leftovers",
        title="See what is left",
        documented=("docker ps -a; docker network ls; docker volume ls; docker image ls",),
        holds=_nothing_there(plan),
        tries=(Check("leftovers", parameters, "docker system df"),),
        always=True,
    )


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    "copy-stack": copy_stack,
    "find-stack": find_stack,
    "build": build,
    "up": up,
    "verify": verify,
    "stop": stop,
    "down": down,
    "down-volumes": down_volumes,
    "leftovers": leftovers,
}

_CONTEXT: Final = Command(
    "docker info; df -Ph /var/lib/docker; cat /etc/docker/daemon.json /etc/resolv.conf; "
    "grep -H . /proc/sys/net/ipv4/ip_forward; true",
    display="docker info",
)


def _nothing_there(plan: Plan) -> Callable[[Facts], bool]:
    """Taking down is done where there is no docker at all."""
    return lambda facts: plan.scope == "teardown" and facts.docker_cli is None
