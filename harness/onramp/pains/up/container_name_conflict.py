"""A container of that name exists already.

What you see: `Conflict. The container name "/redis" is already in use by container "3f2c…". You
have to remove (or rename) that container to be able to reuse that name.`

Why it happens: names are unique on a host. A compose file that says `container_name:` asks for
the very name that an earlier try, another project or `docker run --name` took, running or not.

What to do: `docker ps -a --filter name=redis` shows whose it is. Remove it if nobody needs it,
rename it if somebody may, or delete the `container_name:` line: Compose then makes up free names.

What the remedy changes: the other container is renamed, not removed. It goes on running, but
whoever calls it by its old name no longer finds it; so it asks first.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

IMAGE = "image: redis:alpine"


def _taken(situation: Situation) -> str | None:
    text = situation.attempt.text if situation.attempt else ""
    name = re.search(r'container name "/?([\w.-]{1,200})" is already in use', text)
    listed = situation.probe.stdout.split("\n") if situation.probe else []
    return name[1] if name and any(line.split(" ")[0] == name[1] for line in listed) else None


def _rename(situation: Situation) -> RemedyPlan | None:
    name = _taken(situation)
    if not name:
        return None
    quoted = shlex.quote(name)
    return RemedyPlan((Command(f"docker rename {quoted} {quoted}-before-onramp", as_root=True),))


PAIN = PainPoint(
    id="container-name-conflict",
    phase="up",
    severity="major",
    title="Container name already taken",
    cause="Another container has the name that the compose file asks for.",
    symptoms=(
        Symptom(r'[Tt]he container name "[^"\n]{1,200}" is already in use', "all", weight=3),
    ),
    probe=Command("docker ps -a --format '{{.Names}} {{.Status}}'", as_root=True),
    confirm=lambda situation: True if _taken(situation) else None,
    remedy=Remedy(
        kind="ask",
        summary="Rename the other container, or leave container_name out of the compose file.",
        cure=_rename,
        commands=("docker ps -a --filter name=NAME", "docker rename NAME NAME-old"),
    ),
    references=("https://docs.docker.com/reference/compose-file/services/#container_name",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        stack={"docker-compose.yml": (IMAGE, f"{IMAGE}\n    container_name: redis")},
        script="docker run -d --name redis redis:alpine",
    ),
)
