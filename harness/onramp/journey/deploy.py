"""The second half of the journey: the stack goes up, proves itself, and comes down. Pure.

The commands typed are Compose's own; project and directory are this tool's, so that nothing of
anybody else's is touched (COMPOSE_PROJECT_NAME:
https://docs.docker.com/compose/how-tos/environment-variables/envvars/).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from onramp.journey.root_commands import proxy_env
from onramp.model.action import Action, Check, Command, Upload
from onramp.model.facts import Facts
from onramp.model.stack import HttpCheck, Stack
from onramp.model.step import Step

if TYPE_CHECKING:
    from onramp.journey import Plan

MARK: Final = ".onramp"  # says that Onramp made the directory


def project(stack: Stack) -> str:
    """The Compose project this tool runs a stack as."""
    return f"onramp-{stack.name}"


def directory(stack: Stack) -> str:
    """Where the stack is copied, relative to the login user's home."""
    return f"onramp/{stack.name}"


def copy_stack(plan: Plan) -> Step:
    """The files, in a directory of their own; a project somebody else made is left alone."""
    stack = plan.stack
    files = {**stack.files, MARK: b"Made by Onramp.\n"}
    return Step(
        id="copy-stack",
        title=f"Copy the stack {stack.name}",
        documented=(f"cp the stack's files to ~/{directory(stack)}",),
        tries=(_nobody_elses(stack),),
        apply=(Upload(f"~/{directory(stack)}", files, stack.modes),),
    )


def find_stack(plan: Plan) -> Step:
    """Before anything is taken down: is it ours? Nothing there at all is fine too."""
    return Step(
        id="find-stack",
        title="See that the stack is Onramp's own",
        documented=("docker compose ls",),
        holds=_nothing_there(plan),
        tries=(_nobody_elses(plan.stack),),
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
            _compose(plan, f"build{build_args}", timeout_s=plan.settings.timeouts.build),
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
        apply=(_compose(plan, "up -d", timeout_s=timeout_s),),
        context=(_ports(plan.stack), _CONTEXT, _logs(plan.stack)),
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
        tries=(running, *(_http(plan, c) for c in plan.stack.http), *_counter(plan, "rises")),
        context=(_logs(plan.stack),),
    )


def stop(plan: Plan) -> Step:
    """Stopped containers keep their state: started again, the counter goes on."""
    apply: tuple[Action, ...] = (
        _compose(plan, "stop", timeout_s=plan.stack.stop_timeout_s),
        Check("exit-codes", {"project": project(plan.stack)}, "docker compose ps --all"),
    )
    survives: tuple[Action, ...] = (_compose(plan, "start"), *_counter(plan, "continues"))
    return Step(
        id="stop",
        title="Stop the stack",
        documented=("docker compose stop",),
        holds=_nothing_there(plan),
        apply=apply,
        verify=survives if plan.scope == "evaluate" and _counter(plan, "continues") else (),
        context=(_logs(plan.stack),),
        always=True,
    )


def down(plan: Plan) -> Step:
    """Containers and networks gone; what a volume holds is kept."""
    kept: tuple[Action, ...] = ()
    if plan.scope == "evaluate" and plan.stack.persistent is not None:
        expected = "continues" if plan.stack.persistent else "restarted"
        kept = (_compose(plan, "up -d"), *_counter(plan, expected))
    return Step(
        id="down",
        title="Take the stack down",
        documented=("docker compose down",),
        holds=_nothing_there(plan),
        apply=(_compose(plan, "down", timeout_s=plan.stack.stop_timeout_s),),
        verify=kept,
        context=(_logs(plan.stack),),
        always=True,
    )


def down_volumes(plan: Plan) -> Step:
    """Volumes gone too: brought up once more, the counter starts anew."""
    anew: tuple[Action, ...] = ()
    if plan.scope == "evaluate" and plan.stack.persistent:
        anew = (
            _compose(plan, "up -d"),
            *_counter(plan, "restarted"),
            _compose(plan, "down -v -t 1", timeout_s=plan.stack.stop_timeout_s),
        )
    return Step(
        id="down-volumes",
        title="Take the volumes down too",
        documented=("docker compose down -v",),
        holds=_nothing_there(plan),
        apply=(_compose(plan, "down -v", timeout_s=plan.stack.stop_timeout_s),),
        verify=anew,
        context=(_logs(plan.stack),),
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


def url(check: HttpCheck, address: str = "localhost") -> str:
    """The page a check asks for."""
    return f"http://{address}:{check.port}{check.path}"


def stack_env(plan: Plan) -> dict[str, str]:
    """What compose is run with; the inventory's stack.env wins over the stack's own."""
    return {
        **proxy_env(plan.settings),
        **plan.stack.env,
        **plan.settings.stack.env,
        "COMPOSE_PROJECT_NAME": project(plan.stack),
    }


def _compose(plan: Plan, arguments: str, *, timeout_s: float = 120.0) -> Command:
    stack = plan.stack
    there = f"cd ~/{shlex.quote(directory(stack))}"
    if plan.scope == "teardown":  # a project can be taken down by its name alone
        there = f"{{ {there} 2>/dev/null || cd /; }}"
    return Command(
        f"{there} && docker compose {arguments}",
        timeout_s=timeout_s,
        silence_s=plan.settings.timeouts.silence,
        display=f"docker compose {arguments}",
        env=stack_env(plan),
    )


def _counter(plan: Plan, expected: str) -> tuple[Check, ...]:
    return tuple(
        Check(
            "counter",
            {
                "project": project(plan.stack),
                "port": check.port,
                "path": check.path,
                "counter": check.counter,
                "within_s": check.within_s,
                "expect": expected,
            },
            f"curl {url(check)}",
            timeout_s=check.within_s + 30,
        )
        for check in plan.stack.http
        if check.counter
    )


def _http(plan: Plan, check: HttpCheck) -> Check:
    parameters = {
        "project": project(plan.stack),
        "port": check.port,
        "path": check.path,
        "status": check.status,
        "contains": check.contains,
        "within_s": check.within_s,
    }
    return Check("http", parameters, f"curl {url(check)}", timeout_s=check.within_s + 30)


def _nobody_elses(stack: Stack) -> Command:
    """Fails where the directory, or anything of a project of this name, is not of our making.

    Containers say which directory they were started from; volumes and networks do not, so those
    count as ours only where the directory bears our mark.
    """
    name = shlex.quote(project(stack))
    script = f"""
d=$HOME/{shlex.quote(directory(stack))}
alone() {{ echo "$* and Onramp did not make it; it is left alone" >&2; exit 1; }}
if [ -e "$d" ] && [ ! -e "$d/{MARK}" ] && [ -n "$(ls -A "$d")" ]; then alone "$d exists"; fi
of=label=com.docker.compose.project={name}
dir='{{{{.Label "com.docker.compose.project.working_dir"}}}}'
from=$(docker ps -a --filter $of --format "$dir") || exit 1
others=$(echo "$from" | grep -Fxv -e "$d" -e '')
[ -z "$others" ] || alone "project {project(stack)} runs from" $others
[ -z "$from" ] && [ ! -e "$d/{MARK}" ] || exit 0
held=$(docker volume ls -q --filter $of; docker volume ls -q --filter name=^{name}_
  docker network ls --format '{{{{.Name}}}}' --filter $of)
[ -z "$held" ] || alone "project {project(stack)} holds" $held
"""
    return Command(script, display=f"docker compose ls --filter name={project(stack)}")


def _ports(stack: Stack) -> Command:
    ports = " or ".join(f"sport = :{port}" for port in stack.ports)
    script = f"ss -Hltnp '{ports}'; docker ps --format '{{{{.Names}}}} {{{{.Ports}}}}'; true"
    return Command(script, as_root=True, display="who holds the ports")


def _logs(stack: Stack) -> Command:
    script = (
        f"cd ~/{shlex.quote(directory(stack))} && docker compose -p {shlex.quote(project(stack))} "
        "ps --all && docker compose -p "
        f"{shlex.quote(project(stack))} logs --no-color --tail 40; true"
    )
    return Command(script, display="docker compose logs")
