"""The kernel cannot run containers the way this engine wants: too old, or without control groups.

What you see: `Devices cgroup isn't mounted`, `cgroups: cgroup mountpoint does not exist`, `cgroups:
cannot found cgroup mount destination` or `mountpoint for cgroup not found`.

Why it happens: cheap servers are sometimes OpenVZ containers that share an old kernel. An engine
before 20.10 does not know cgroup v2. And a system without systemd mounts no control groups unless
something does it at boot (cgroupfs-mount, or OpenRC's service cgroups).

What to do: `uname -r` and `grep cgroup /proc/mounts`. Without systemd install cgroupfs-mount (on
Alpine: `rc-update add cgroups`). On OpenVZ ask for a KVM machine; nothing inside it helps.

What the remedy changes: control groups are mounted, for this boot only; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

MOUNT = "ls /sys/fs/cgroup | grep -q . || mount -t cgroup2 cgroup2 /sys/fs/cgroup"


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    if known(facts.virtualization) == "openvz":
        return f"an OpenVZ container with kernel {known(facts.kernel)}"
    number = re.match(r"(\d+)\.(\d+)", known(facts.kernel) or "")
    old = number is not None and (int(number[1]), int(number[2])) < (3, 10)
    return f"kernel {facts.kernel}; Docker needs 3.10 at the least" if old else None


def _mount(situation: Situation) -> RemedyPlan | None:
    if known(situation.facts.init) == "systemd" or _foreseen(situation):
        return None
    start = Command("service docker restart", as_root=True)
    return RemedyPlan(actions=(Command(MOUNT, as_root=True), start), wait_s=3.0)


PAIN = PainPoint(
    id="kernel-too-old-or-openvz",
    phase="preflight",
    title="Old kernel, OpenVZ, or no control groups",
    severity="blocker",
    cause="The kernel is too old, or nothing mounted control groups.",
    symptoms=(
        Symptom(r"cgroups: cannot f(?:ou|i)nd cgroup mount destination", "all", weight=3),
        Symptom(r"cgroups: cgroup mountpoint does not exist", "all", weight=3),
        Symptom(r"Devices cgroup isn't mounted", "dockerd", weight=3),
        Symptom(r"mountpoint for cgroup not found", "dockerd", weight=3),
        Symptom(r"Your Linux kernel version \S+ is not supported", "dockerd", weight=3),
        Symptom(r"'overlay2?' not found as a supported filesyst", "dockerd"),
    ),
    foresee=_foreseen,
    probe=Command("uname -r; grep cgroup /proc/mounts; grep -c . /proc/cgroups; true"),
    remedy=Remedy("ask", "Mount control groups; on OpenVZ change the kind of server.", _mount,
                  ("uname -r", f"sudo sh -c '{MOUNT}'"), "Mounts a file system."),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/install/binaries/#prerequisites",),
    recipe=Recipe(("debian-12-sysv",), "umount -l /sys/fs/cgroup; umount -l /sys/fs/cgroup;"
                  " echo 'cgroup2 /sys/fs/cgroup cgroup2 noauto 0 0' >> /etc/fstab"),
)  # fmt: skip
