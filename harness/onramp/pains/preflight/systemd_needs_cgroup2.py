"""This systemd refuses to run on the old control groups.

What you see: at boot, or when a container with systemd starts: `Detected cgroup v1 hierarchy at
/sys/fs/cgroup/, which is no longer supported by current version of systemd.` or `Detected
unsupported legacy cgroup hierarchy, refusing execution.`

Why it happens: systemd 258 and later run on cgroup v2 alone. The kernel command line still asks
for the old hierarchy, or a host with the old one starts a guest or an image with a new systemd.

What to do: take `systemd.unified_cgroup_hierarchy=0` out of the kernel command line and
restart; for a guest the host has to change.

What the remedy changes: how the machine boots; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="systemd-needs-cgroup2",
    phase="preflight",
    title="systemd needs cgroup v2",
    severity="blocker",
    cause="The machine has the old control groups, and this systemd does without them.",
    symptoms=(
        Symptom(r"Detected cgroup v1 hierarchy at /sys/fs/cgroup", "systemd 258", weight=3),
        Symptom(r"Detected unsupported legacy cgroup hierarchy", "systemd >= 259", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Boot with cgroup v2.",
        commands=(
            "stat -fc %T /sys/fs/cgroup",
            "cat /proc/cmdline",
        ),
    ),
    explains=("cgroup-v1-deprecated",),
    references=("https://github.com/systemd/systemd/blob/v258/NEWS",),
)
