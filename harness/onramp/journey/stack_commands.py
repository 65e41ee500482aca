"""What is said to Compose, and asked of the deployed stack, as commands and checks. Pure."""

from __future__ import annotations

import json
import shlex
from typing import Final

from msgspec.structs import replace

from onramp.journey.air_gap import BUILD_FILE, LOOPBACK
from onramp.journey.plan import Plan
from onramp.journey.root_commands import proxy_env
from onramp.model.action import Check, Command
from onramp.model.stack import HttpCheck, Stack

MARK: Final = ".onramp"  # says that Onramp made the directory


def project(stack: Stack) -> str:
    """The Compose project this tool runs a stack as."""
    return f"onramp-{stack.name}"


def directory(stack: Stack) -> str:
    """Where the stack is copied, relative to the login user's home."""
    return f"onramp/{stack.name}"


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


def compose(plan: Plan, arguments: str, *, timeout_s: float = 120.0) -> Command:
    """A command of Compose in the stack's directory."""
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


def builds_with_hosts_network(plan: Plan) -> dict[str, bytes]:
    """A file laid over the stack's where a build has to reach a mirror on the host's loopback.

    A build's own network does not lead there; the stack's own files stay as they are.
    """
    if not (plan.settings.mirror or "").startswith(LOOPBACK) or not plan.stack.built:
        return {}
    services = {name: {"build": {"network": "host"}} for name in plan.stack.built}
    return {BUILD_FILE: json.dumps({"services": services}, indent=2).encode() + b"\n"}


def build_images(plan: Plan, arguments: str) -> Command:
    """The build, with what is laid over the stack's own files for it."""
    command = compose(plan, arguments, timeout_s=plan.settings.timeouts.build)
    if not builds_with_hosts_network(plan):
        return command
    own = command.env.get("COMPOSE_FILE") or ":".join(_compose_files(plan.stack))
    return replace(command, env={**command.env, "COMPOSE_FILE": f"{own}:{BUILD_FILE}"})


def _compose_files(stack: Stack) -> tuple[str, ...]:
    """Those that Compose reads by itself."""
    stem, _, ending = stack.compose_file.rpartition(".")
    others = tuple(name for name in (f"{stem}.override.{e}" for e in (ending, "yml", "yaml")))
    there = tuple(dict.fromkeys(name for name in others if name in stack.files))
    return (stack.compose_file, *there[:1])


def counter_checks(plan: Plan, expected: str) -> tuple[Check, ...]:
    """The stack's counters, read again: `expected` is how they have to have changed."""
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


def page_check(plan: Plan, check: HttpCheck) -> Check:
    """A page that has to answer."""
    parameters = {
        "project": project(plan.stack),
        "port": check.port,
        "path": check.path,
        "status": check.status,
        "contains": check.contains,
        "within_s": check.within_s,
    }
    return Check("http", parameters, f"curl {url(check)}", timeout_s=check.within_s + 30)


def nobody_elses(stack: Stack) -> Command:
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


def free_ports(stack: Stack) -> Command:
    """Who holds the stack's ports."""
    ports = " or ".join(f"sport = :{port}" for port in stack.ports)
    script = f"ss -Hltnp '{ports}'; docker ps --format '{{{{.Names}}}} {{{{.Ports}}}}'; true"
    return Command(script, as_root=True, display="who holds the ports")


def logs(stack: Stack) -> Command:
    """What the stack's containers printed."""
    script = (
        f"cd ~/{shlex.quote(directory(stack))} && docker compose -p {shlex.quote(project(stack))} "
        "ps --all && docker compose -p "
        f"{shlex.quote(project(stack))} logs --no-color --tail 40; true"
    )
    return Command(script, display="docker compose logs")
