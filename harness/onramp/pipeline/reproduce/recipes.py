"""Bring a host into the condition of a recipe, at the step of the journey where it belongs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from onramp.errors import HarnessError
from onramp.journey.paths import APT_KEYRINGS, DOCKER_KEY, DOCKER_SOURCES
from onramp.model.action import Command
from onramp.model.host import Host
from onramp.model.pain import Recipe
from onramp.model.settings import DOCKER_REPOSITORY
from onramp.model.stack import Stack
from onramp.providers import Progress
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import root_shell
from onramp.remote.connection import open_ssh

Root = Callable[[str], tuple[int, str, str]]  # a bash script, run as root: code, stdout, stderr
TIMEOUT_S = 300.0
TAIL = 3000  # characters of a failed recipe's output

ANSWERS_WITHIN_S = 60
AWAIT = (  # until the engine of a host that starts from a snapshot answers
    f"for i in $(seq {ANSWERS_WITHIN_S * 2}); do docker version >/dev/null 2>&1 && exit 0; "
    # a boot script, unlike systemd, does not try again
    "if [ $i = 20 ] && [ ! -d /run/systemd/system ]; then service docker restart; fi; "
    "sleep 0.5; done; docker version; exit 1"
)

# What a recipe may use: $REPOSITORY, what it needs ($MIRROR, $INTERCEPTOR), and the documented
# set-up of the repository:
# https://docs.docker.com/engine/install/debian/#install-using-the-repository
PREAMBLE = f"""export DEBIAN_FRONTEND=noninteractive
set_up_repository() {{
    apt-get update -q && apt-get install -y -q ca-certificates curl &&
    install -m 0755 -d {APT_KEYRINGS} &&
    curl -fsSL "$REPOSITORY/debian/gpg" -o {DOCKER_KEY} &&
    chmod a+r {DOCKER_KEY} &&
    printf '%s\\n' 'Types: deb' "URIs: $REPOSITORY/debian" \\
        "Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")" 'Components: stable' \\
        "Architectures: $(dpkg --print-architecture)" \\
        'Signed-By: {DOCKER_KEY}' > {DOCKER_SOURCES} &&
    apt-get update -q
}}
"""


def apply(recipe: Recipe, host: Host, step: str, root: Root, given: Mapping[str, str]) -> Host:
    """Runs the recipe's script as root where `step` is the one it comes before.

    `given`: the variables it may use. Returns the host to log in to. Raises HarnessError with the
    script's own words when it fails.
    """
    if step == "connect":
        host = replace(host, **recipe.login)
        if recipe.starts == "ready":
            _run(host, root, AWAIT, "the engine does not answer")
    if recipe.before == step and recipe.script:
        set_ = "".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items())
        _run(host, root, set_ + PREAMBLE + recipe.script, "the recipe failed")
    return host


def _run(host: Host, root: Root, script: str, failure: str) -> None:
    code, out, err = root(script)
    if code != 0:
        said = f"{out}\n{err}".strip()[-TAIL:]
        raise HarnessError(f"{host.name}: {failure} (exit code {code})", said)


def repository(host: Host) -> dict[str, str]:
    """The variable every recipe may use."""
    return {"REPOSITORY": host.settings.docker.repository.rstrip("/")}


def services(recipe: Recipe, lab: Lab, progress: Progress) -> dict[str, str]:
    """The variables of the lab services a recipe needs, which are started."""
    found = {}
    if "mirror" in recipe.needs:
        real = lab.real_servers_answer()
        found["MIRROR"] = DOCKER_REPOSITORY if real else lab.mirror(progress).repository
    if "interceptor" in recipe.needs:
        found["INTERCEPTOR"] = lab.intercepting_proxy(progress).address
    return found


def inside(lab: Lab, name: str) -> Root:
    """Root on a lab host, without SSH: it may be what the recipe breaks."""

    def run(script: str) -> tuple[int, str, str]:
        booted = lab.get(name)
        if booted is None:
            raise HarnessError(f"lab host {name} is not running")
        return root_shell(booted, script, timeout_s=TIMEOUT_S)

    return run


def over_ssh(host: Host) -> Root:
    """Root on anybody's host, over a connection of its own."""

    def run(script: str) -> tuple[int, str, str]:
        link = open_ssh(host, host.settings)
        try:
            command = f"bash -c {shlex.quote(script)}"
            seen = link.run(Command(command, as_root=True, timeout_s=TIMEOUT_S))
        finally:
            link.close()
        return (-1 if seen.exit_code is None else seen.exit_code), seen.stdout, seen.stderr

    return run


def stack_for(recipe: Recipe, stack: Stack) -> Stack:
    """The stack with the recipe's files laid over its own.

    Raises HarnessError where a text to replace is not there: the recipe has to follow the stack.
    """
    files = dict(stack.files)
    for name, change in recipe.stack.items():
        if isinstance(change, str):
            files[name] = change.encode()
            continue
        old, new = (text.encode() for text in change)
        if old not in files.get(name, b""):
            raise HarnessError(f"the recipe changes a text that {name} does not have", change[0])
        files[name] = files[name].replace(old, new)
    return replace(stack, files=files)
