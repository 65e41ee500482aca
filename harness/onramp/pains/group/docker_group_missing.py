"""There is no group docker to join.

What you see: `usermod: group 'docker' does not exist`; or the daemon does not start and the
journal says `docker.socket: Failed to resolve group docker`, with status=216/GROUP.

Why it happens: the package makes the group when it is installed. On image-based systems, with
static binaries, with groups kept in a directory service, or where a tool rewrites /etc/group, it
never came to be or was taken away again.

What to do: make it (`sudo groupadd --system docker`), then give the socket to it by restarting
docker.socket and docker, or without stopping anything: `sudo chgrp docker /var/run/docker.sock`.

What the remedy changes: a group exists whose members can become root on the host. A daemon that
runs is not restarted.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

SOCKET = "/var/run/docker.sock"
HAND_OVER = f"[ ! -S {SOCKET} ] || chgrp docker {SOCKET}"


def _make(_: Situation) -> RemedyPlan:
    made = Command("groupadd --system docker", as_root=True)
    return RemedyPlan(actions=(made, Command(HAND_OVER, as_root=True)))


PAIN = PainPoint(
    id="docker-group-missing",
    phase="group",
    title="Group docker does not exist",
    severity="major",
    cause="The group that owns the daemon's socket was never made, or was removed.",
    symptoms=(
        Symptom(r"group 'docker' does not exist", "shadow", weight=3),
        Symptom(r"Group docker does not exist", "Ansible", weight=3),
        Symptom(r"unknown group docker|invalid group: 'docker'", "busybox, chgrp", weight=3),
        Symptom(r"docker\.socket: Failed to resolve group '?docker", "systemd", weight=3),
        Symptom(r"docker\.socket: Control process exited, .{0,80}status=216/GROUP", weight=3),
        Symptom(r"could not change group \S+ to docker", "dockerd", weight=3),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Make the group and give it the socket.",
        cure=_make,
        commands=("sudo groupadd --system docker", "sudo systemctl restart docker.socket docker"),
        side_effects="Members of group docker can become root on the host.",
    ),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/install/linux-postinstall/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # a tool that keeps /etc/group to its own list
        script="""cat > /etc/apt/apt.conf.d/90groups <<'END'
DPkg::Post-Invoke {"if getent group docker >/dev/null; then groupdel docker; fi";};
END""",
    ),
)
