"""Another program is installing packages at this moment (dnf, zypper, pacman or apk).

What you see: `Waiting for process with pid … to finish`, `System management is locked by the
application with pid …`, `unable to lock database`, or apk's `Unable to lock database`.

Why it happens: one program at a time may change packages. PackageKit, dnf-automatic or zypper's
refresh timer hold the lock for a few minutes after boot; so does a forgotten terminal.

What to do: wait, and look who it is: `ps -p PID`. Only pacman leaves a lock file behind when it
crashed: remove /var/lib/pacman/db.lck if no pacman runs, and only then.

What the remedy changes: nothing; it waits and tries again. It removes no lock.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

WAIT_S = 10.0
BUSY = "Resource temporarily unavailable"
ASK = "pgrep -a 'dnf|yum|zypper|packagekitd|pacman|apk'; ls /var/lib/pacman/db.lck; true"


def _wait(_: Situation) -> RemedyPlan:
    return RemedyPlan(wait_s=WAIT_S)


PAIN = PainPoint(
    id="rpm-lock-held",
    phase="install",
    title="Package database is locked (dnf, zypper, pacman, apk)",
    severity="minor",
    cause="Another program holds the package manager's lock.",
    symptoms=(
        Symptom(r"^System management is locked by the application with pid", "zypper", weight=3),
        Symptom(r"^error: failed to init transaction \(unable to lock data", "pacman", weight=3),
        Symptom(rf"Unable to lock database: {BUSY}", "apk", weight=3),
        Symptom(r"Failed to obtain rpm transaction lock", "dnf 5", weight=3),
        Symptom(r"^Waiting for process with pid \d+ to finish", "dnf 4", weight=1),
        Symptom(r"^Waiting for a lock on the system repository", "dnf 5", weight=1),
        Symptom(r"^Another app is currently holding the yum lock", "yum", weight=1),
    ),
    probe=Command(ASK),
    remedy=Remedy(
        kind="safe",
        summary="Wait until the other program is done, then try again.",
        cure=_wait,
        commands=("ps -p PID",),
        side_effects="None; it only waits.",
    ),
    references=(
        "https://dnf.readthedocs.io/en/latest/conf_ref.html",
        "https://wiki.archlinux.org/title/Pacman",
    ),
    affects=("rhel", "suse", "arch"),
    recipe=Recipe(  # a forgotten terminal
        ("suse-like",),
        "(sleep 25 | zypper shell >/dev/null 2>&1 &); sleep 2",
        before="install-engine",
    ),
)
