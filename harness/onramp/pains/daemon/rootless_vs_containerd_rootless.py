"""Rootless Docker and rootless containerd stand in each other's way.

What you see: `dockerd-rootless.sh conflicts with containerd-rootless.sh. Stop
containerd-rootless.sh if it's running, …`.

Why it happens: both make a namespace of this user in the same runtime directory. nerdctl's
set-up has started containerd-rootless.sh as a user service.

What to do: keep one: `containerd-rootless-setuptool.sh uninstall`, or `systemctl --user stop
containerd`, then start docker again.

What the remedy changes: the other's containers end; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="rootless-vs-containerd-rootless",
    phase="daemon",
    title="Another rootless runtime is in use",
    severity="blocker",
    cause="containerd's rootless service of this user runs already.",
    symptoms=(
        Symptom(r"dockerd-rootless\.sh conflicts with containerd-rootless", ">= 29", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Stop the other rootless service.",
        commands=(
            "systemctl --user stop containerd",
            "systemctl --user restart docker",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=("https://docs.docker.com/engine/security/rootless/",),
)
