"""Rootless Docker looks for a network program that is not there.

What you see: the rootless daemon ends with `One of slirp4netns (>= v0.4.0), pasta (passt >=
2023_12_04), or vpnkit needs to be installed`, or `exec: "slirp4netns": executable file not found in
$PATH`.

Why it happens: rootlesskit needs a program that carries the network out of the user's
namespace. Packages only recommend slirp4netns, and with recommendations switched off it is left
out.

What to do: `sudo apt install slirp4netns` (or passt, which newer engines prefer), then
`systemctl --user restart docker`.

What the remedy changes: it installs a package, so a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="rootless-no-slirp4netns",
    phase="daemon",
    title="slirp4netns is missing",
    severity="blocker",
    cause="No program carries the network of the rootless daemon.",
    symptoms=(
        Symptom(r"slirp4netns \(>= v0[^\n]{1,60} or vpnkit needs to be installed", weight=3),
        Symptom(r'"slirp4netns": executable file not found', "rootlesskit", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Install slirp4netns.",
        commands=(
            "sudo apt-get install slirp4netns",
            "systemctl --user restart docker",
        ),
    ),
    explains=(
        "rootless-prerequisites",
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=(
        "https://docs.docker.com/engine/security/rootless/",
        "https://github.com/moby/moby/issues/52641",
    ),
    recipe=Recipe(
        images=("debian-13",),
        script="dpkg --purge --force-depends slirp4netns",
        before="start-daemon",
        settings={"docker.method": "rootless"},
    ),
)
