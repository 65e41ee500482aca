"""Another container has the port already.

What you see: `Bind for 0.0.0.0:8000 failed: port is already allocated`.

Why it happens: a port of the host can be published once. An earlier try at the same stack under
another project name, or another stack, is still up and holds it.

What to do: `docker ps` shows who publishes the port. Stop that container if it is no longer
wanted, or change the left number under `ports:` in the compose file.

What the remedy changes: it stops a container that somebody else started; so it asks first.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _stop(situation: Situation) -> RemedyPlan | None:
    text = situation.attempt.text if situation.attempt else ""
    port = re.search(r":(\d+) failed: port is already allocated", text)
    listed = situation.probe.stdout.split("\n") if situation.probe else []
    names = [line.split()[0] for line in listed if port and f":{port[1]}->" in line]
    stop = " ".join(shlex.quote(name) for name in names)
    return RemedyPlan(actions=(Command(f"docker stop {stop}", as_root=True),)) if names else None


PAIN = PainPoint(
    id="port-already-allocated",
    phase="up",
    title="Host port taken by another container",
    severity="blocker",
    cause="Another container publishes the same port of the host.",
    symptoms=(Symptom(r"failed: port is already allocated", "all", weight=3),),
    probe=Command("docker ps --format '{{.Names}} {{.Ports}}'", as_root=True),
    remedy=Remedy(
        kind="ask",
        summary="Stop the container that holds the port, or publish another one.",
        cure=_stop,
        commands=("docker ps --filter publish=8000", "docker stop NAME"),
        side_effects="Stops a container that somebody else started.",
    ),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        script="docker run -d --restart=always -p 8000:6379 redis:alpine",
    ),
)
