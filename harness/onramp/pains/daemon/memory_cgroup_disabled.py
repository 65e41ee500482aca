"""The kernel does not account memory, so limits on containers are ignored.

What you see: `WARNING: No memory limit support` at the end of `docker info`, or `Your kernel does
not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.`

Why it happens: Raspberry Pi OS boots with the memory controller off, as old Debian did; accounting
of swap is often off alone. Inside a container the controller may not be handed down.

What to do: without memory limits in your compose file, nothing. On a Raspberry Pi add
`cgroup_enable=memory cgroup_memory=1` to the one line of /boot/firmware/cmdline.txt and restart.
Until then one container can use up all memory of the host.

What the remedy changes: the kernel's command line, from the next boot on; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="memory-cgroup-disabled",
    phase="daemon",
    title="Memory limits have no effect",
    severity="notice",
    cause="The kernel's memory controller is off, or not handed down to this host.",
    symptoms=(
        Symptom(
            r"Your kernel does not support (?:memory|swap) limit capabilities",
            "1.9 - 29",
            weight=3,
            warning=True,
        ),
        Symptom(r"WARNING: No (?:memory|swap) limit support", "docker info", warning=True),
    ),
    probe=Command("cat /sys/fs/cgroup/cgroup.controllers /proc/cgroups; true"),
    remedy=Remedy(
        kind="human",
        summary="Switch the memory controller on in the kernel's command line, if you need limits.",
        commands=("cat /proc/cmdline", "sudoedit /boot/firmware/cmdline.txt"),
        side_effects="Needs a restart.",
    ),
    references=("https://docs.docker.com/engine/containers/resource_constraints/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        stack={"docker-compose.yml": ("appendonly yes", "appendonly yes\n    mem_limit: 256m")},
        passes=True,
    ),
)
