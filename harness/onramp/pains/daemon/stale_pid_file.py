"""dockerd finds a note that it runs already, and believes it.

What you see: `failed to start daemon, ensure docker is not running or delete /var/run/docker.pid:
process with PID ... is still running` (20.10: `pid file found`).

Why it happens: dockerd writes its process number to a file and removes it when it ends. After a
crash, in containers and in WSL, the file stays, and another program may have that number by now.
Or a second dockerd really runs: from a snap, a static binary, another package.

What to do: `pgrep -a dockerd`. Where it lists one, stop that one, in its own way. Where it lists
none, `sudo rm /var/run/docker.pid` and start Docker.

What the remedy changes: the file goes where no dockerd runs, never beside a living one: two daemons
on the same data destroy it. It asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.daemon import restarted

FILE = "/var/run/docker.pid"
ASK = f"echo file $(cat {FILE}); grep -lxs dockerd /proc/[0-9]*/comm; true"
REMOVE = f"grep -qxs dockerd /proc/[0-9]*/comm || rm {FILE}"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.split() if situation.probe else []
    return None if not said else len(said) > 1  # "file NUMBER", then living daemons


def _remove(situation: Situation) -> RemedyPlan | None:
    alone = situation.probe is not None and "/proc/" not in situation.probe.stdout
    remove = Command(REMOVE, as_root=True)
    return RemedyPlan((remove, *restarted(situation))) if alone else None


PAIN = PainPoint(
    id="stale-pid-file",
    phase="daemon",
    title="docker.pid is stale, or a second dockerd runs",
    severity="blocker",
    cause="The pid file of a daemon that is gone names a living process, or another dockerd runs.",
    symptoms=(
        Symptom(r"ensure docker is not running or delete \S*docker\.pid", "all", weight=3),
        Symptom(r"listen unix \S*docker\.sock: bind: address already in use", weight=3),
    ),
    probe=Command(ASK, as_root=True),
    confirm=_confirmed,
    remedy=Remedy("ask", "Remove the file where no dockerd runs.", _remove, (f"sudo rm {FILE}",)),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://github.com/moby/moby/blob/master/pkg/pidfile/pidfile.go",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like", "alpine-3.23"),
        # what a daemon leaves that was not stopped: its number, which is somebody else's by now
        script=f"echo 1 > {FILE}",
    ),
)
