"""Bring a fresh lab host into the condition of a recipe, before anybody logs in to it."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from harness import settings
from harness.errors import HarnessError
from harness.lab.host import root_shell
from harness.lab.lab import Lab
from harness.model import Host, Recipe
from harness.settings import DOCKER_REPOSITORY

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


def apply(recipe: Recipe | None, host: Host, lab: Lab, progress: Callable[[str], None]) -> None:
    """Runs the recipe's script as root on the host.

    Raises HarnessError with the script's own words when it fails.
    """
    booted = lab.get(host.name)
    if recipe is None or not recipe.script or booted is None:
        return
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
