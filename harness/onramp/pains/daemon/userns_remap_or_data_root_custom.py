"""Somebody has configured this daemon already: its data, users or permissions are not the usual.

What you see: often nothing; or images that seem to have gone, files of a volume that belong to user
100000, `authorization denied by plugin`, `cannot share the host's network namespace when user
namespaces are enabled`.

Why it happens: /etc/docker/daemon.json sets userns-remap, data-root or authorization-plugins. Each
is a decision of whoever runs the host: a bigger disk, or more distance between containers and root.

What to do: leave it as it is and know of it. Onramp adds its own settings to the file and replaces
none. A stack that needs the host's network or user ids asks for `userns_mode: host` in its compose
file; a plugin's refusal is for its owner to lift.

What the remedy changes: nothing; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains import daemon_json

KEYS = ("userns-remap", "data-root", "authorization-plugins")


def _foreseen(situation: Situation) -> str | None:
    found = [key for key in KEYS if daemon_json(situation.facts).get(key)]
    return f"/etc/docker/daemon.json sets {' and '.join(found)}" if found else None


PAIN = PainPoint(
    id="userns-remap-or-data-root-custom",
    phase="daemon",
    title="The daemon is configured already",
    severity="notice",
    cause="daemon.json moves Docker's data, maps its users, or asks a plugin for permission.",
    symptoms=(
        Symptom(r"authorization denied by plugin \S+", "all", weight=3),
        Symptom(r"cannot share the host's network namespace when user namespaces", weight=3),
    ),
    foresee=_foreseen,
    probe=Command("cat /etc/docker/daemon.json", as_root=True),
    remedy=Remedy(
        kind="human",
        summary="Respect what is set; ask whoever runs the host.",
        commands=("docker info --format '{{.DockerRootDir}} {{.SecurityOptions}}'",),
    ),
    references=("https://docs.docker.com/engine/security/userns-remap/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        script="mkdir -p /etc/docker /var/lib/docker/own && echo "
        """'{"userns-remap": "default", "data-root": "/var/lib/docker/own"}'"""
        " > /etc/docker/daemon.json",
    ),
)
