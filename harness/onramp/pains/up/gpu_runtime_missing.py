"""The stack wants a GPU that the engine knows no way to.

What you see: `unknown or invalid runtime name: nvidia`, or `could not select device driver
"nvidia" with capabilities: [[gpu]]`.

Why it happens: containers reach an NVIDIA card through a runtime that NVIDIA's container
toolkit brings. It is not installed, or was never entered in daemon.json; a driver alone does
not suffice.

What to do: install nvidia-container-toolkit, then `sudo nvidia-ctk runtime configure
--runtime=docker` and restart docker. Where there is no such card, take `runtime:` or the device
out of the compose file.

What the remedy changes: the daemon's configuration and a restart; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="gpu-runtime-missing",
    phase="up",
    title="No runtime for the GPU",
    severity="blocker",
    cause="The engine has no runtime or driver for the GPU that the stack asks for.",
    symptoms=(
        Symptom(r"unknown or invalid runtime name: nvidia", ">= 23", weight=3),
        Symptom(r"[Uu]nknown runtime specified nvidia", "<= 20.10", weight=3),
        Symptom(
            r'could not select device driver "[^"\n]{0,40}" with capabilities: ', "all", weight=3
        ),
    ),
    probe=Command("nvidia-smi -L; grep -A3 runtimes /etc/docker/daemon.json; true"),
    remedy=Remedy(
        kind="human",
        summary="Install and configure NVIDIA's container toolkit.",
        commands=(
            "nvidia-smi",
            "sudo nvidia-ctk runtime configure --runtime=docker",
            "sudo systemctl restart docker",
        ),
        side_effects="Restarting Docker interrupts containers.",
    ),
    references=("https://docs.docker.com/engine/containers/gpu/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "    depends_on:\n",
                "    deploy: {resources: {reservations: {devices: "
                "[{driver: nvidia, count: 1, capabilities: [gpu]}]}}}\n    depends_on:\n",
            )
        },
    ),
)
