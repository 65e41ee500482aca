"""dockerd finds no snapshotter of containerd to keep images with.

What you see: dockerd ends with `snapshotter selection failed, no drivers available`, or
`containerd snapshotter is enabled but containerd is not configured`.

Why it happens: engine 29 keeps images with containerd's snapshotters. None is usable where
containerd runs with a configuration that disables them, is too old, or its directory lies on a
file system that carries no overlay.

What to do: `ctr plugins ls` shows which snapshotters failed and why. A config.toml from another
tool that disables them has to go; `"features": {"containerd-snapshotter": false}` in
daemon.json goes back to the older store.

What the remedy changes: how images are stored; those pulled so far are not seen by the other
store, so a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="snapshotter-unavailable",
    phase="daemon",
    title="No snapshotter is available",
    severity="blocker",
    cause="containerd offers none of the snapshotters that the daemon could use.",
    symptoms=(
        Symptom(r"snapshotter selection failed, no drivers available", ">= 29", weight=3),
        Symptom(r"containerd snapshotter is enabled but containerd is not", ">= 29", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Let containerd load a snapshotter, or use the older image store.",
        commands=(
            "sudo ctr plugins ls | grep snapshotter",
            "sudoedit /etc/docker/daemon.json",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=("https://docs.docker.com/engine/storage/containerd/",),
)
