"""Lab hosts on which the first half of the journey is done, frozen, for others to start from.

A pain point of a later phase need not install the engine each time: its host starts with engine
and Compose in place, the user in group docker, and the stack's images there. Made by taking
a clean host through the very journey of a newcomer, once.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from onramp.config import parse_settings
from onramp.errors import HarnessError
from onramp.evidence import replay
from onramp.journey.paths import DOCKER_KEY, DOCKER_SOURCES
from onramp.journey.stack_commands import directory
from onramp.model.host import Host
from onramp.model.pain import Evidence, Recipe
from onramp.model.run import HostRun
from onramp.model.stack import Stack
from onramp.pains import catalogue
from onramp.pipeline.host_session import host_sessions
from onramp.pipeline.pool import run_all
from onramp.pipeline.reproduce import recipes
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers import Progress
from onramp.providers.lab import artifacts
from onramp.providers.lab.bootstrap import USER
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES
from onramp.providers.lab.lab_host import StartState, root_shell
from onramp.providers.lab.provider import LabProvider

# Debian 12's own packages have no Compose plugin; its page tells how to put one there by hand:
# https://docs.docker.com/compose/install/linux/#install-the-plugin-manually
_PLUGINS: Final = f"""
set_up_repository && cd /tmp && apt-get download docker-compose-plugin docker-buildx-plugin &&
for deb in docker-*-plugin_*.deb; do dpkg-deb -x "$deb" plugins; done &&
install -D -t /usr/local/lib/docker/cli-plugins $(find plugins -name "docker-*" -type f -perm /1) &&
rm -rf plugins docker-*-plugin_*.deb {DOCKER_SOURCES} \
    {DOCKER_KEY} && apt-get update -q
"""
# BuildKit of 20.10 speaks TLS to every registry mirror; what the daemon has pulled it finds itself.
_PULLED: Final = (
    f"sed -n 's/^FROM \\([^ ]*\\).*/\\1/p' /home/{USER}/onramp/*/Dockerfile |"
    " xargs -n1 docker pull -q"
)
_QUIET = "docker ps -q; sync; systemctl stop docker.socket docker containerd || service docker stop"


def start_state(
    recipe: Recipe, image: str, method: str, stack: Stack, lab: Lab, say: Progress
) -> StartState:
    """Where a recipe's host starts. Raises HarnessError where that cannot be made."""
    if recipe.starts == "clean":
        return StartState(options=recipe.boot)
    return StartState(ready(image, method, stack, lab, say), recipe.boot)


def ready(image: str, method: str, stack: Stack, lab: Lab, progress: Progress) -> Path:
    """The frozen host of this image, made if it is not there yet (about a minute).

    `method` is `docker.method`. Raises HarnessError where the journey does not pass on a clean
    host, with where its report is.
    """
    row = IMAGES[image]
    content = [f"{name} {value!r}" for name, value in sorted(stack.files.items())]
    real = lab.real_servers_answer()
    source = "download.docker.com" if real else str(lab.mirror(progress, family=row.family))
    key = [
        repr(row),
        method,
        source,
        _PLUGINS,
        *_scripts(image, method).values(),
        *content,
    ]

    def make(folder: Path) -> None:
        progress(f"preparing {image} with its engine in place (once, about a minute)")
        _make_ready(folder, image, method, stack, lab)

    return artifacts.built(lab.cache / "snapshots", f"{image}-{method}", key, make)


def _scripts(image: str, method: str) -> dict[str, str]:
    """What has to be done by hand there, by the step it is done before."""
    lacks_plugin = method == "distribution" and IMAGES[image].suite == "bookworm"
    return {"connect": _PLUGINS, "build": _PULLED} if lacks_plugin else {}


def _make_ready(folder: Path, image: str, method: str, stack: Stack, lab: Lab) -> None:
    name = f"snapshot-{image}-{method}"
    lab.down([name])
    lab.up(image, name=name, own=True)
    host = Host(name, "", provider="lab", image=image, origin="snapshot")
    host = parse_settings.configured(host, {"docker": {"method": method}}, where=name)
    scripts = _scripts(image, method)

    def prepare(host: Host, step: str) -> Host:
        by_hand = Recipe((image,), script=scripts.get(step, ""), before=step)
        root = recipes.inside(lab, name)
        return recipes.apply(by_hand, host, step, root, recipes.repository(host))

    options = RunOptions("evaluate", stack, (host,), folder / "runs")
    session = RunSession(options, catalogue(), {"lab": LabProvider(lab)}, prepare=prepare)
    [sole] = host_sessions(session, options.run_directory())
    run_all(session, [sole])
    booted = lab.get(name)
    run = replay.host_run(sole.evidence.events())
    if run.status != "passed" or booted is None:
        lab.down([name])
        raise HarnessError(
            f"{image} with docker.method={method}: its journey does not pass",
            "\n".join(evidence.excerpt for evidence in _last_seen(run)),
        )
    home = f"/home/{USER}/{directory(stack)}"
    code, out, err = root_shell(booted, f"rm -rf {shlex.quote(home)}; {_QUIET}")
    if code != 0:
        raise HarnessError(f"{name}: could not be put to rest", f"{out}\n{err}".strip())
    lab.freeze(name, folder)


def _last_seen(run: HostRun) -> list[Evidence]:
    """What stood in the way of a journey that was to pass."""
    seen = [found.evidence for found in run.unexplained]
    return (seen or [found.evidence for found in run.findings])[-1:]
