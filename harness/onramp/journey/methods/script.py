"""`script`: Docker's convenience script, read and kept as evidence before it runs.

https://docs.docker.com/engine/install/debian/#install-using-the-convenience-script. It takes the
systems it knows by /etc/os-release, adds Docker's repository, installs all its packages and has
systemd start the daemon (https://github.com/docker/docker-install). A system that it does not know
is refused by the script itself.
"""

from __future__ import annotations

import shlex
from typing import Final

from onramp.journey import daemon
from onramp.journey import root_commands as commands
from onramp.journey.methods import NETWORK, Method, compose_step
from onramp.journey.methods.repository import documented_plugin
from onramp.journey.paths import OURS
from onramp.journey.plan import Plan
from onramp.journey.platforms import DOCKER_PACKAGES
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.settings import Docker
from onramp.model.step import Step
from onramp.model.unknown import known

PATH: Final = f"{OURS}/get-docker.sh"
PACKAGES: Final = (*DOCKER_PACKAGES, "docker-ce-rootless-extras", "docker-model-plugin")


def engine(plan: Plan) -> Step:
    """The script: fetched, shown with its checksum, run."""
    url = plan.settings.docker.script
    return Step(
        id="install-engine",
        title="Install Docker Engine with Docker's convenience script",
        documented=(
            f"curl -fsSL {Docker().script} -o get-docker.sh",
            "sudo sh get-docker.sh",
        ),
        holds=lambda facts: _installed(plan, facts),
        apply=(
            commands.root(plan, f"install -d -m 0755 {OURS}"),
            commands.fetched(plan, url, PATH),
            commands.root(plan, f"sha256sum {PATH}; cat {PATH}", f"sha256sum {PATH}; cat {PATH}"),
            *daemon.configured(plan),
            commands.root(plan, _run(plan.settings.docker)),
            *commands.record(plan, PACKAGES),
        ),
        verify=(Command("docker --version"),),
        context=(NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def _run(docker: Docker) -> str:
    """With what the settings ask for: the options and the variable are the script's own."""
    options = [] if docker.channel == "stable" else ["--channel", docker.channel]
    options += ["--version", docker.version] if docker.version else []
    words = " ".join(["sh", PATH, *map(shlex.quote, options)])
    if docker.repository == Docker().repository:
        return words
    # the script appends /linux/<system> to it
    return f"DOWNLOAD_URL={shlex.quote(docker.repository.removesuffix('/linux'))} {words}"


def _installed(plan: Plan, facts: Facts) -> bool:
    packages, wanted = known(facts.packages) or {}, plan.settings.docker.version or ""
    return bool(known(facts.docker_cli)) and wanted in packages.get(DOCKER_PACKAGES[0], "\n")


METHOD = Method(
    "script",
    engine,
    lambda plan: compose_step(plan, documented_plugin(plan)),
    starts_itself=True,
)
