"""The package manager was started without root's rights.

What you see: `E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission
denied)` and `are you root?`; with dnf, `This command has to be run with superuser privileges`.

Why it happens: only root may change what is installed, and `sudo` was left out.

What to do: put `sudo` before the command. In Onramp, `become: true` (the default) does so for every
command that needs it; somebody has switched it off for this host. Where the user may not use sudo,
log in as root or as a user who may.

What the remedy changes: nothing; which rights a login has is for a person to say.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.install import IN_ANY_LANGUAGE, E


def _confirmed(situation: Situation) -> bool | None:
    return True if situation.probe and situation.probe.stdout.strip() not in ("", "0") else None


PAIN = PainPoint(
    id="apt-not-root",
    phase="install",
    title="The package manager was started without root's rights",
    severity="major",
    cause="sudo was left out, or switched off for this host.",
    symptoms=(
        Symptom(rf"{E}Could not open lock file \S+ - open \(13: ", "apt, all", weight=3),
        Symptom(rf"{IN_ANY_LANGUAGE}[^\n]{{1,80}}/var/lib/[^\n]{{1,80}} \(13: ", "apt"),
        Symptom(r"Unable to acquire the dpkg frontend lock \(\S+\), are you root", "apt", weight=3),
        Symptom(r"requested operation requires superuser privilege", "dpkg, all", weight=3),
        Symptom(r"has to be run with superuser privileges", "dnf 4, dnf 5", weight=3),
        Symptom(r"cannot perform this operation unless you are root", "pacman", weight=3),
        Symptom(r"Unable to lock database: Permission denied", "apk 2, apk 3", weight=3),
        Symptom(r"Root privileges are required for (?:in|run)", "zypper", weight=3),
    ),
    probe=Command("id -u"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Let root's commands go through sudo: become: true, or --ask-become-pass.",
        commands=("sudo apt-get update",),
        side_effects="None.",
    ),
    explains=("apt-lock-held",),
    references=(
        "https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/deb/debsystem.cc",
        "https://manpages.debian.org/stable/apt/apt-get.8.en.html",
    ),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        login={"become": False},
    ),
)
