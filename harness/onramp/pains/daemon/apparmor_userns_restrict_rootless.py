"""Rootless Docker may not make the user namespace it lives in.

What you see: on Ubuntu 23.10 and later, `fork/exec /proc/self/exe: operation not permitted` from
rootlesskit, often with a hint that names `apparmor_restrict_unprivileged_userns`.

Why it happens: Ubuntu lets a program of a plain user make user namespaces only where an AppArmor
profile allows it. The package docker-ce-rootless-extras is covered by a profile of the system's;
a rootlesskit put into ~/bin by the installation script is not.

What to do: install docker-ce-rootless-extras with apt. For another rootlesskit, write a profile
for its path as the rootless page shows, then `sudo systemctl restart apparmor`. Leave the
system-wide switch alone: it protects every other program.

What the remedy changes: one program may make user namespaces; a person decides which.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom

SWITCH = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.strip() if situation.probe else ""
    return {"1": True, "0": False, "none": False}.get(said)


PAIN = PainPoint(
    id="apparmor-userns-restrict-rootless",
    phase="daemon",
    title="Rootless: user namespaces are restricted",
    severity="blocker",
    cause="AppArmor forbids this rootlesskit to make a user namespace.",
    symptoms=(
        Symptom(r"apparmor_restrict_unprivileged_userns is set to 1", "rootlesskit 2", weight=3),
        Symptom(
            r"failed to start the child: fork/exec /proc/self/exe: "
            r"(?:operation not permitted|permission denied)",
            "rootlesskit",
        ),
        Symptom(r"failed to setup UID/GID map: newuidmap ", "rootlesskit", weight=1),
    ),
    probe=Command(f"cat {SWITCH} 2>/dev/null || echo none"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Install rootlesskit from its package, or give it an AppArmor profile.",
        commands=("sudo apt install docker-ce-rootless-extras",),
    ),
    references=(
        "https://docs.docker.com/engine/security/rootless/",
        "https://rootlesscontaine.rs/getting-started/common/apparmor/",
    ),
    affects=("debian",),
)
