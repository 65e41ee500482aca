"""The stack is down, its data is still there.

What you see: after `docker compose down`, `docker volume ls` still lists the volume, and the next
`up` finds the old data. After `down -v`: `Volume hello_counter  Resource is still in use`; from
docker: `volume is in use`.

Why it happens: down keeps named volumes on purpose, since data cannot be fetched back; only -v
removes them, and not those marked external. And a volume that any container mounts, even one that
has stopped, is never removed.

What to do: `docker ps -a --filter volume=hello_counter` shows who holds it. Remove that container,
then `docker compose down -v` once more. Look twice: the data is gone for good. Images stay in any
case; `docker compose down --rmi local` removes those that were built here.

What the remedy changes: it removes the containers that hold the volume, and the volume with its
data; so it asks first.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

HELD = r"Volume (\S{1,200}) +Resource is still in use"
WHO = Command("docker ps -a --format '{{.Names}} {{.Mounts}}' --no-trunc; true")


def _remove(situation: Situation) -> RemedyPlan | None:
    held = set(re.findall(HELD, situation.attempt.text if situation.attempt else ""))
    listed = situation.probe.stdout.split("\n") if situation.probe else []
    rows = [line.split(" ", 1) for line in listed if " " in line]
    names = [name for name, mounts in rows if held & set(mounts.split(","))]
    remove = "docker rm -f " + " ".join(map(shlex.quote, names))
    return RemedyPlan(actions=(Command(remove),)) if names else None


PAIN = PainPoint(
    id="volumes-left-after-down",
    phase="down",
    title="down keeps volumes",
    severity="minor",
    cause="Volumes outlive down, and a volume that a container mounts outlives down -v too.",
    symptoms=(
        Symptom(HELD, ">= 2.0", steps=("down-volumes",), weight=3),
        Symptom(HELD, ">= 2.0", weight=3, warning=True),
        Symptom(r"volume is in use - \[", "docker volume rm", weight=3),
    ),
    probe=WHO,
    remedy=Remedy("ask", "Remove what holds the volume.", _remove, ("docker compose down -v",)),
    references=("https://docs.docker.com/reference/cli/docker/compose/down/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="down-volumes",
        # somebody's look into the data, with a container of its own
        script="docker run -d --name backup -v onramp-hello-world_counter:/data redis:alpine",
    ),
)
