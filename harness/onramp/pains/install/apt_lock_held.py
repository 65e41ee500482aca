"""Another program is installing packages at the same time.

What you see: `E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812
(unattended-upgr)`, or `E: Unable to lock directory /var/lib/apt/lists/`.

Why it happens: dpkg's database has one lock. In the first minutes after boot cloud-init or the
daily upgrade often holds it; now and then it is somebody else's terminal.

What to do: wait. `apt-get -o DPkg::Lock::Timeout=300` waits by itself for dpkg's lock, not for
that of the package lists; `cloud-init status --wait` waits for a machine's first boot. Deleting
the lock file or killing the other program breaks the package database.

What the remedy changes: nothing. It waits a few seconds and tries again until the lock is free.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import IN_ANY_LANGUAGE, E

PAUSE_S = 5.0


def _wait(_: Situation) -> RemedyPlan:
    return RemedyPlan(wait_s=PAUSE_S)


PAIN = PainPoint(
    id="apt-lock-held",
    phase="install",
    title="The package database is locked by another program",
    severity="major",
    cause="Another package manager (often the daily upgrade after boot) holds the lock.",
    symptoms=(
        Symptom(rf"{E}Could not get lock ", "apt, all", weight=3),
        Symptom(rf"{E}Unable to acquire the dpkg frontend lock \(\S+\), is", "apt, all", weight=3),
        Symptom(rf"{E}Unable to lock the administration directory", "apt, all", weight=3),
        Symptom(rf"{E}Unable to lock directory /var/", "apt, all", weight=3),
        Symptom(r"lock was locked by another process with pid", "dpkg >= 1.20", weight=3),
        Symptom(r"Waiting for cache lock: |^N: Be aware that removing the lock f", "apt >= 2.0"),
        Symptom(
            rf"{IN_ANY_LANGUAGE}[^\n]{{1,80}}/var/lib/(?:dpkg|apt/lists)/lock", "apt", weight=1
        ),
    ),
    probe=Command("ps -e -o pid,etimes,args | grep -E '[a]pt|[d]pkg|[u]nattended|[c]loud-init'"),
    remedy=Remedy(
        kind="safe",
        summary="Wait until the other program is done.",
        cure=_wait,
        commands=("sudo apt-get -o DPkg::Lock::Timeout=300 install …",),
    ),
    references=(
        "https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/deb/debsystem.cc",
        "https://manpages.debian.org/stable/apt/apt-get.8.en.html",
    ),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # another apt, busy with a package that takes its time
        script="apt-get update -q && (apt-get -o DPkg::Pre-Invoke::='sleep 30' install -y less"
        " </dev/null >/dev/null 2>&1 &)",
    ),
)
