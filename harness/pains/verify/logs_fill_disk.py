"""A container's log has filled the disk.

What you see: `no space left on device` from everything, and a file of many gigabytes in
/var/lib/docker/containers/…/…-json.log.

Why it happens: Docker keeps what containers print, and by default it keeps all of it, for as long
as the container exists. A talkative program fills any disk in time.

What to do: `sudo du -sh /var/lib/docker/containers/*/*-json.log` finds the file. Emptying it with
`sudo truncate -s 0 FILE` makes room at once; removing the container does too. Then set a limit, in
the compose file under the service's `logging: options:` (`max-size: 10m`, `max-file: "3"`), or for
new containers in /etc/docker/daemon.json under `log-opts`.

What the remedy changes: the logs of the largest offender are lost.
"""

import re
import shlex

from harness.model import Command, Cure, PainPoint, Remedy, Situation, Symptom

LOG = r"^(\d+)\s(/\S+/containers/[0-9a-f]{64}/[0-9a-f]{64}-json\.log)$"
ASK = """root=$(docker info -f '{{.DockerRootDir}}'); root=${root:-/var/lib/docker}
df -Pk "$root/containers"; find "$root/containers" -name '*-json.log' -exec du -k {} + | sort -rn"""


def _largest(situation: Situation) -> tuple[str, ...]:
    """Logs that hold a fifth of a file system that is full, largest first."""
    seen = situation.probe.stdout if situation.probe else ""
    disk = re.search(r"^\S+\s+(\d+)\s+\d+\s+(\d+)\s+\d+%", seen, re.MULTILINE)
    if not disk or int(disk[2]) > int(disk[1]) * 0.05:
        return ()
    logs = re.findall(LOG, seen, re.MULTILINE)
    return tuple(path for size, path in logs if int(size) * 5 >= int(disk[1]))


def _confirmed(situation: Situation) -> bool | None:
    return bool(_largest(situation)) if situation.probe else None


def _empty(situation: Situation) -> Cure | None:
    commands = [f"truncate -s 0 {shlex.quote(path)}" for path in _largest(situation)]
    return Cure(tuple(Command(c, as_root=True) for c in commands)) if commands else None


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
    references=("https://docs.docker.com/engine/logging/configure/",),
)
