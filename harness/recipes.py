"""Bring a fresh lab host into the condition of a recipe, before anybody logs in to it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace

from harness import settings, snapshots
from harness.errors import HarnessError
from harness.lab.host import Scene, root_shell
from harness.lab.lab import Lab
from harness.model import Host, Recipe, Stack
from harness.settings import DOCKER_REPOSITORY

Progress = Callable[[str], None]
TIMEOUT_S = 300.0
TAIL = 3000  # characters of a failed recipe's output

# What a recipe may use: $REPOSITORY, what it needs ($MIRROR, $INTERCEPTOR), and the documented
# set-up of the repository:
# https://docs.docker.com/engine/install/debian/#install-using-the-repository
PREAMBLE = """export DEBIAN_FRONTEND=noninteractive
set_up_repository() {
    apt-get update -q && apt-get install -y -q ca-certificates curl &&
    install -m 0755 -d /etc/apt/keyrings &&
    curl -fsSL "$REPOSITORY/debian/gpg" -o /etc/apt/keyrings/docker.asc &&
    chmod a+r /etc/apt/keyrings/docker.asc &&
    printf '%s\\n' 'Types: deb' "URIs: $REPOSITORY/debian" \\
        "Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")" 'Components: stable' \\
        "Architectures: $(dpkg --print-architecture)" \\
        'Signed-By: /etc/apt/keyrings/docker.asc' > /etc/apt/sources.list.d/docker.sources &&
    apt-get update -q
}
"""


def apply(recipe: Recipe, host: Host, step: str, lab: Lab, progress: Callable[[str], None]) -> Host:
    """Runs the recipe's script as root on the host, where `step` is the one it comes before.

    Returns the host to log in to. Raises HarnessError with the script's own words when it fails.
    """
    if step == "connect":
        host = replace(host, **recipe.login)
    booted = lab.get(host.name)
    if booted and step == "connect" and recipe.starts == "ready":
        snapshots.await_engine(booted)
    if recipe.before != step or not recipe.script or booted is None:
        return host
    wanted = settings.parse(host.settings, where=host.name)
    variables = {"REPOSITORY": wanted.docker.repository.rstrip("/")}
    if "mirror" in recipe.needs:
        real = lab.real_servers_answer()
        variables["MIRROR"] = DOCKER_REPOSITORY if real else lab.mirror(progress).repository
    if "interceptor" in recipe.needs:
        variables["INTERCEPTOR"] = lab.intercepting_proxy(progress).address
    given = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
    code, out, err = root_shell(booted, given + PREAMBLE + recipe.script, timeout_s=TIMEOUT_S)
    if code != 0:
        said = f"{out}\n{err}".strip()[-TAIL:]
        raise HarnessError(f"{host.name}: the recipe failed with exit code {code}", said)
    return host


def scene(recipe: Recipe, image: str, stack: Stack, lab: Lab, progress: Progress) -> Scene:
    """Where the recipe's host starts. Raises HarnessError where that cannot be made."""
    if recipe.starts == "clean":
        return Scene(options=recipe.boot)
    method = recipe.settings.get("docker.method", "auto")
    return Scene(snapshots.ready(image, method, stack, lab, progress), recipe.boot)


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
