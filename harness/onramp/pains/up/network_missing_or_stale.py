"""A network or volume that the stack counts on is gone, or is somebody else's.

What you see: `network … declared as external, but could not be found`, `external volume "…" not
found`, `network … not found` for old containers, or `was found but has incorrect label`.

Why it happens: `external: true` says that somebody made the thing already; on a fresh host nobody
did. Containers remember the number of their network, not its name: after `docker network prune`
that number is gone. And a network made by hand lacks Compose's label.

What to do: `docker network create NAME` or `docker volume create NAME` makes what is external.
`docker compose up -d --force-recreate` makes stopped containers anew. A network that is in the way
of one of that name has to be removed, or declared external.

What the remedy changes: an empty network or volume is made; or this stack's containers go.
"""

import re
import shlex

from onramp.journey.stack_commands import directory, project
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

NAME = r'["`]?([a-zA-Z0-9][\w.-]{0,127})["`]?'
NOT_THERE = r"\bnetwork \w{12,64} not found"
MISSING = re.compile(
    f"(network) {NAME} declared as external|external (volume) {NAME} not found"
    r"|daemon: (network) ([a-zA-Z][\w.-]{0,63}) not found"
)

EXTERNAL = "\nnetworks:\n  default: {name: backbone, external: true}\n\nvolumes:\n"


def _make(situation: Situation) -> RemedyPlan | None:
    text = situation.attempt.outcome.text if situation.attempt else ""
    found = sorted({tuple(filter(None, match)) for match in MISSING.findall(text)})
    scripts = [f"docker {kind} create {shlex.quote(name)}" for kind, name in found]
    if situation.stack and re.search(NOT_THERE, text):
        where, name = map(shlex.quote, (directory(situation.stack), project(situation.stack)))
        scripts = [f"cd ~/{where} && docker compose -p {name} rm -f -s"]
    return RemedyPlan(tuple(Command(one) for one in scripts)) if scripts else None


PAIN = PainPoint(
    id="network-missing-or-stale",
    phase="up",
    title="A network or volume is not there any more",
    severity="blocker",
    cause="The stack refers to a network or a volume that does not exist, or is not its own.",
    symptoms=(
        Symptom(r"declared as external, but could not be found", "all", weight=3),
        Symptom(r"external volume \S+ not found", "all", weight=3),
        Symptom(r"from daemon: network \S+ not found", "Compose <= 2.26", ("", "up"), weight=3),
        Symptom(NOT_THERE, "all", ("", "up", "stop", "down"), weight=3),
        Symptom(r"network \S+ was found but has incorrect label", "Compose >= 2.13", weight=3),
        Symptom(r"exists but was (?:not )?created for project", ">= 2.20", weight=1, warning=True),
    ),
    remedy=Remedy("ask", "Make what is missing, or this stack's containers anew.", _make),
    references=("https://docs.docker.com/reference/compose-file/networks/#external",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"docker-compose.yml": ("\nvolumes:\n", EXTERNAL)},
    ),
)
