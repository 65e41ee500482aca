"""Docker in an LXC container: since November 2025 no container starts.

What you see: `error during container init: open sysctl net.ipv4.ip_unprivileged_port_start file:
reopen fd 8: permission denied`, for every container, after an ordinary update.

Why it happens: runc 1.3.3 (in containerd.io 1.7.28-2 and Docker 28.5.2) closes a hole,
CVE-2025-52881, by writing kernel settings through a mount of its own. The AppArmor profile that
LXC puts around its containers takes that for a forbidden path.

What to do: update the machine that runs the LXC container (lxc-pve on Proxmox, LXC, Incus, LXD):
newer profiles allow it. Until then a virtual machine is the clean way; giving that container
`lxc.apparmor.profile: unconfined` weakens its walls, and holding back containerd.io keeps the
hole.

What the remedy changes: the machine around this one, which only its owner can update.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom

PROBE = "systemd-detect-virt -c; tr '\\0' '\\n' </proc/1/environ | grep ^container=; runc --version"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.split("\n") if situation.probe else []
    return True if any(line in ("lxc", "lxc-libvirt", "container=lxc") for line in said) else None


PAIN = PainPoint(
    id="lxc-nested-runc-sysctl",
    phase="up",
    title="In LXC, runc 1.3.3 may not write a kernel setting",
    severity="blocker",
    cause="The AppArmor profile around this LXC container forbids what the newest runc does.",
    symptoms=(
        Symptom(r"open sysctl \S+ file: reopen fd \d+: permission denied", "runc", weight=3),
        Symptom(r"open sysctl net\.ipv4\.ip_unprivileged_port_start file: ", "runc", weight=3),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Update LXC, or Proxmox's lxc-pve, on the machine that runs this container.",
        commands=("runc --version", "systemd-detect-virt"),
    ),
    references=(
        "https://github.com/opencontainers/runc/issues/4968",
        "https://github.com/containerd/containerd/issues/12484",
    ),
)
