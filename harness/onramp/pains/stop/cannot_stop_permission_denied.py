"""Even root may not stop the container: AppArmor forbids the signal.

What you see: `cannot stop container: web: permission denied`, or a longer line with `runc did not
terminate successfully` and `unable to signal init: permission denied`. The container runs on.

Why it happens: AppArmor decides who may send a signal to a confined process. Containers carry the
profile docker-default; where the engine or runc has come under a profile of its own (Docker from
snap beside or before Docker's packages, Ubuntu 23.10 and 24.04 with their profile for runc), the
two do not know each other and the signal is refused.

What to do: `sudo dmesg | grep DENIED` names the profiles. Remove Docker's snap if there is one;
`sudo aa-remove-unknown` unloads profiles that belong to no file any more; upgrade apparmor and
containerd.io, then start the container anew. As a last resort end its process on the host.

What the remedy changes: aa-remove-unknown takes profiles out of the kernel, other programs' too;
so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom

DENIALS = Command(
    "dmesg | grep 'operation=\"signal\"' | tail -n 3;"
    " grep -E 'docker|runc' /sys/kernel/security/apparmor/profiles; ls -d /snap/docker; true",
    as_root=True,
)


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    return True if 'apparmor="DENIED" operation="signal"' in said else None


def _unload(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command("aa-remove-unknown", as_root=True),))


PAIN = PainPoint(
    id="cannot-stop-permission-denied",
    phase="stop",
    title="Container cannot be stopped or killed",
    severity="major",
    cause="An AppArmor profile keeps the engine from sending a signal to the container.",
    symptoms=(
        Symptom(r"[Cc]annot (?:stop|kill) container: \S{1,80}: permission denied", "all", weight=3),
        Symptom(r"unable to signal init: permission denied", "runc >= 1.1", weight=3),
        Symptom(r'signaling init process caused "permission denied"', "runc < 1.1", weight=3),
    ),
    probe=DENIALS,
    confirm=_confirmed,
    remedy=Remedy("ask", "Unload AppArmor profiles without a file.", _unload, ("sudo dmesg",)),
    references=("https://github.com/moby/moby/issues/36809",),
)
