"""Images no longer lie where data-root says.

What you see: nothing is printed. The small disk with /var/lib fills up, while the large one that
`data-root` in daemon.json names stays empty.

Why it happens: since engine 29 a new installation keeps images with containerd, in
/var/lib/containerd. `data-root` moves only what the daemon itself keeps: containers' files,
volumes, logs.

What to do: move containerd's directory too: `root = "/data/containerd"` in
/etc/containerd/config.toml, then restart containerd and docker. Or go back to the older store with
`"features": {"containerd-snapshotter": false}` in daemon.json.

What the remedy changes: where images are kept, and what was pulled before has to be pulled again;
so a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation
from onramp.model.unknown import known
from onramp.pains import daemon_json

MOVED = 29  # the engine whose new installations keep images with containerd


def _foreseen(situation: Situation) -> str | None:
    settings = daemon_json(situation.facts)
    root, features = settings.get("data-root"), settings.get("features")
    engine = (known(situation.facts.engine) or "").split(".")[0]
    if not root or not engine.isdigit() or int(engine) < MOVED:
        return None
    if isinstance(features, dict) and features.get("containerd-snapshotter") is False:
        return None
    return f"data-root is {root}, and engine {engine} keeps images in /var/lib/containerd"


PAIN = PainPoint(
    id="images-outside-data-root",
    phase="daemon",
    title="Images are not below data-root",
    severity="minor",
    cause="Engine 29 keeps images with containerd, which data-root does not move.",
    foresee=_foreseen,
    probe=Command("df -h /var/lib/containerd /var/lib/docker; true"),
    remedy=Remedy(
        kind="human",
        summary="Move containerd's root as well, or use the older image store.",
        commands=("df -h /var/lib/containerd", "sudoedit /etc/containerd/config.toml"),
        side_effects="Images have to be pulled again.",
    ),
    references=(
        "https://docs.docker.com/engine/storage/containerd/",
        "https://github.com/moby/moby/issues/50517",
    ),
)
