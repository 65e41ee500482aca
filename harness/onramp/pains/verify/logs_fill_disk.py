"""A container's log has filled the disk.

What you see: `no space left on device` from everything, and a huge …-json.log of a container.

Why it happens: Docker keeps all that a container prints, as long as the container exists.

What to do: `sudo du -sh /var/lib/docker/containers/*/*.log` finds it; `sudo truncate -s 0 FILE`
empties it. Then set a limit: `max-size: 10m` under `logging: options:` in the compose file.

What the remedy changes: the logs of the largest offenders are lost.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

LOG = r"^(\d+)\s(/\S+/containers/[0-9a-f]{64}/[0-9a-f]{64}-json\.log)$"
ASK = """root=$(docker info -f '{{.DockerRootDir}}'); root=${root:-/var/lib/docker}
df -Pk "$root/containers"; find "$root/containers" -name '*-json.log' -exec du -k {} + | sort -rn"""


def _largest(situation: Situation) -> list[str]:
    """Logs that hold a fifth of a file system that is full."""
    seen = situation.probe.stdout if situation.probe else ""
    disk = re.search(r"^\S+\s+(\d+)\s+\d+\s+(\d+)\s+\d+%", seen, re.M)
    if not disk or int(disk[2]) > int(disk[1]) * 0.05:
        return []
    return [path for size, path in re.findall(LOG, seen, re.M) if int(size) * 5 >= int(disk[1])]


def _confirmed(situation: Situation) -> bool | None:
    return bool(_largest(situation)) if situation.probe else None


def _empty(situation: Situation) -> RemedyPlan | None:
    paths = " ".join(map(shlex.quote, _largest(situation)))
    return RemedyPlan((Command(f"truncate -s 0 {paths}", as_root=True),)) if paths else None


PAIN = PainPoint(
    id="logs-fill-disk",
    phase="verify",
    title="Container logs without limit fill the disk",
    severity="major",
    cause="The log of a container takes up what was left of the disk.",
    symptoms=(Symptom(r"[Nn]o space left on device", "all", weight=1),),
    probe=Command(ASK, as_root=True),
    confirm=_confirmed,
    remedy=Remedy("ask", "Empty the log, and limit it.", _empty),
    explains=("disk-full-install",),
    references=("https://docs.docker.com/engine/logging/configure/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        script="""mount -t tmpfs -o size=24m tmpfs /var/lib/docker/containers
docker run -d --name chatty redis:alpine sh -c 'yes "one more line" | head -c 40000000'
docker wait chatty""",
    ),
)
