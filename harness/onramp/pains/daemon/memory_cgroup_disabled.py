"""The kernel does not account memory, so limits on containers are ignored.

What you see: `WARNING: No memory limit support` at the end of `docker info`, or `Your kernel does
not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.`
A container made with a limit before does not start: `openat2 …/memory.max: no such file`.

Why it happens: Raspberry Pi OS boots with the memory controller off, as old Debian did; accounting
of swap is often off alone. Inside a container the controller may not be handed down.

What to do: without memory limits in your compose file, nothing. On a Raspberry Pi add
`cgroup_enable=memory cgroup_memory=1` to the one line of /boot/firmware/cmdline.txt and restart.
Until then one container can use up all memory of the host.

What the remedy changes: the kernel's command line, from the next boot on; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import VM, PainPoint, Recipe, Remedy, Symptom
from onramp.pains import RESTART_ALWAYS

GRUB = "/boot/grub/grub.cfg"
OFF = "cgroup_disable=memory"

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
        Symptom(r"memory\.(?:swap\.)?max: no such file or directory", "runc", weight=3),
    ),
    probe=Command("cat /sys/fs/cgroup/cgroup.controllers /proc/cgroups; true"),
    remedy=Remedy(
        kind="human",
        summary="Switch the memory controller on in the kernel's command line, if you need limits.",
        commands=("cat /proc/cmdline", "sudoedit /boot/firmware/cmdline.txt"),
        side_effects="Needs a restart.",
    ),
    explains=("restart-policy-not-honoured",),
    references=("https://docs.docker.com/engine/containers/resource_constraints/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like", f"{VM}debian-13"),
        starts="ready",
        stack={
            "docker-compose.yml": ("appendonly yes", "appendonly yes\n    mem_limit: 256m"),
            "docker-compose.override.yml": RESTART_ALWAYS,
        },
        before="reboot",
        # where there is a boot loader: as Raspberry Pi OS boots
        script=f"[ ! -e {GRUB} ] || sed -Ei 's/^\\s*linux\\s+\\S+/& {OFF}/' {GRUB}",
        reboot=True,
    ),
)
