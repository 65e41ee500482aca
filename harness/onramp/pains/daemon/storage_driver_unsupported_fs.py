"""Docker's data lies on a file system that overlay2 cannot use.

What you see: `error initializing graphdriver: driver not supported: overlay2`, `failed to mount
overlay: invalid argument`, or `formatted without d_type support`.

Why it happens: overlay2 stacks directories, which only some file systems allow: ext4, btrfs and xfs
made with ftype=1 do; vfat, NFS, eCryptfs, old ZFS and overlay itself (a container inside a
container) do not. Without a fixed `storage-driver` Docker falls back to vfs, slow and greedy.

What to do: `findmnt -T /var/lib/docker` shows what it lies on. Point `data-root` in daemon.json to
an ext4 or xfs disk, or mount one there; inside a container mount a volume on /var/lib/docker. Then
restart Docker.

What the remedy changes: with another data-root Docker no longer sees the images and volumes it had;
a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

FATAL = ("error initializing graphdriver", "prior storage driver", "to overlayfs as")
ASK = (
    'f=/etc/docker/daemon.json; d=$(sed -n \'s/.*"data-root" *: *"\\([^"]*\\)".*/\\1/p\' $f); '
    'cat $f; df -T "${d:-/var/lib/docker}"; grep -w overlay /proc/filesystems; true'
)


def _confirmed(situation: Situation) -> bool | None:
    """Docker says the same and goes on with another driver: only as the last word it counts."""
    if situation.attempt is None or not situation.step:
        return None
    return any(words in situation.attempt.text for words in FATAL)


PAIN = PainPoint(
    id="storage-driver-unsupported-fs",
    phase="daemon",
    title="overlay2 does not work on this file system",
    severity="blocker",
    cause="Docker's data directory is on a file system its storage driver cannot use.",
    symptoms=(
        Symptom(r"error initializing graphdriver: driver not supported", "all", weight=3),
        Symptom(r"\[graphdriver\] prior storage driver \S+ failed: ", "all", weight=3),
        Symptom(r"formatted without d_type support", "17.12 - 29", weight=3),
        Symptom(r" to overlayfs as [^\n]{1,200}: operation not permitted", "29", weight=3),
        Symptom(r"backing file system is unsupported for this graph driver", "all"),
        Symptom(r"failed to mount overlay: ", "all", weight=1),
    ),
    probe=Command(ASK, as_root=True),
    confirm=_confirmed,
    remedy=Remedy("human", "Put Docker's data on ext4 or xfs.", commands=("findmnt -T DIR",)),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/storage/drivers/select-storage-driver/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # a container's own root, which is an overlay already, and a driver somebody insists on
        script="mkdir -p /srv/docker /etc/docker && mount --bind /srv/docker /var/lib/docker && "
        """echo '{"storage-driver": "overlay2"}' > /etc/docker/daemon.json""",
    ),
)
