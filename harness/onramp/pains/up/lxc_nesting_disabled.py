"""This host is a container itself, and its features for containers within are switched off.

What you see: `unable to join session keyring: unable to create session key: operation not
permitted`, `Unable to replace "docker-default". Permission denied; attempted to load a profile
while confined?`, or `failed to mount overlay: operation not permitted`.

Why it happens: Proxmox, LXD and Incus keep their containers from what Docker needs (keyrings,
mounts, AppArmor profiles of their own) until the features nesting and keyctl are switched on.

What to do: on the machine that runs it: `pct set ID -features nesting=1,keyctl=1` and a restart
of the container (Proxmox); `lxc config set NAME security.nesting true` (LXD, Incus). Or use a
virtual machine, which Docker's own pages recommend.

What the remedy changes: the walls around this host become thinner; only who runs it can do that.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

PROBE = "systemd-detect-virt -c; tr '\\0' '\\n' </proc/1/environ | grep ^container=; true"


def _confirmed(situation: Situation) -> bool | None:
    """Whether the host is a container at all."""
    said = situation.probe.stdout.split() if situation.probe else []
    if not said:
        return None
    return said != ["none"]


PAIN = PainPoint(
    id="lxc-nesting-disabled",
    phase="up",
    severity="blocker",
    title="Container host without nesting or keyctl",
    cause="The host is a container that may not do what containers within it need.",
    symptoms=(
        Symptom(r"unable to (?:join session keyring|create session key)", "runc", weight=3),
        Symptom(r"join session keyring: create session key", "runc 1.0", weight=3),
        Symptom(r"attempted to load a profile while confined", "apparmor_parser", weight=3),
        Symptom(r"unable to apply apparmor profile", "runc", weight=2),
        Symptom(r"failed to mount overlay: operation not permitted", "dockerd", weight=2),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Switch nesting and keyctl on where this host is run, or use a virtual machine.",
        commands=("systemd-detect-virt -c", "pct set ID -features nesting=1,keyctl=1"),
    ),
    references=("https://pve.proxmox.com/wiki/Linux_Container",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        boot=("--system-call-filter=~@keyring",),
    ),
)
