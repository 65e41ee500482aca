"""daemon.json names a storage driver that the engine no longer has.

What you see: dockerd ends with `[graphdriver] ERROR: the devicemapper storage-driver has been
deprecated and removed; visit https://docs.docker.com/go/storage-driver/ for more information`.

Why it happens: aufs, overlay and devicemapper were removed in engines 24 and 25. After an
upgrade `storage-driver` in daemon.json, or what lies in the data directory, still names one.

What to do: save what you need with the old engine (`docker save`, copies of volumes), take
`storage-driver` out of daemon.json and restart. Volumes stay; images and containers of the old
driver are not seen any more.

What the remedy changes: where images and containers are kept, so a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="removed-storage-driver",
    phase="daemon",
    title="The storage driver was removed",
    severity="blocker",
    cause="The engine no longer has the storage driver that this host is set to.",
    symptoms=(Symptom(r"storage-driver has been deprecated and removed", ">= 24", weight=3),),
    remedy=Remedy(
        kind="human",
        summary="Save what is needed, then use overlay2.",
        commands=(
            "grep storage-driver /etc/docker/daemon.json",
            "sudo ls /var/lib/docker",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
        "storage-driver-unsupported-fs",
    ),
    references=("https://docs.docker.com/go/storage-driver/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # set years ago, and left where an old engine was removed
        script="mkdir -p /etc/docker && "
        """echo '{"storage-driver": "devicemapper"}' > /etc/docker/daemon.json""",
    ),
)
