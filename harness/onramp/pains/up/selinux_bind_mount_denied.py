"""SELinux keeps a container away from a directory of the host.

What you see: `Permission denied` in a container on files that are plainly readable, also to its
root; in the audit log `avc:  denied  { read } … scontext=…:container_t … tcontext=…:user_home_t`.

Why it happens: with SELinux enforcing and `selinux-enabled` set for Docker, as Fedora's own
packages do, a container may only touch files labelled for containers. What you mount from your home
is not.

What to do: write `:z` behind the mount (`./data:/data:z`): Docker then labels the directory for all
containers; `:Z` for this one alone. Do that to directories of your project only. On /home, /usr or
/etc it can lock you out of the host. What containers only read can be copied into the image
instead. Switching SELinux off removes a wall that other programs lean on.

What the remedy changes: the labels of the files in the mounted directory.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom

RUNNING = ("up", "verify")
ASK = (
    "getenforce; docker info --format '{{.SecurityOptions}}';"
    " ausearch -m avc -ts recent 2>/dev/null | grep container_t | tail -n 5; true"
)


def _enforced(situation: Situation) -> bool | None:
    if situation.probe is None:
        return None
    seen = situation.probe.stdout
    return seen.startswith("Enforcing") and "name=selinux" in seen and "denied" in seen


PAIN = PainPoint(
    id="selinux-bind-mount-denied",
    phase="up",
    title="SELinux denies access to bind mounts",
    severity="blocker",
    cause="The mounted files are not labelled as a container's, and SELinux is enforcing.",
    symptoms=(
        Symptom(r"avc:  denied  \{ [^}\n]{1,60} \}[^\n]{1,300}container_t", "auditd", weight=3),
        # their images begin as root, which nothing else keeps from its own directory
        Symptom(
            r"/var/lib/(?:postgresql|mysql)/[^\n]{0,100}: Permission denied", "", ("up", "verify")
        ),
        Symptom(r"\bPermission denied", "all", ("build", "up", "verify"), weight=1),
    ),
    probe=Command(ASK, as_root=True),
    confirm=_enforced,
    remedy=Remedy(
        kind="human",
        summary="Mount with `:z`, or copy the files into the image.",
        commands=("# in docker-compose.yml, under volumes: - ./data:/data:z", "ls -Zd data"),
        side_effects="Relabels what is mounted; never do it to directories of the system.",
    ),
    references=("https://docs.docker.com/engine/storage/bind-mounts/#configure-the-selinux-label",),
    affects=("rhel", "suse"),
)
