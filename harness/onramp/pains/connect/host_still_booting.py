"""The host lets nobody but root in, because it is still booting or already going down.

What you see: `System is booting up. Unprivileged users are not permitted to log in yet.`, and then
`Connection closed by … port 22`, although user and key are right.

Why it happens: sshd is started before the rest of the system. Until systemd-user-sessions has
removed /run/nologin, PAM turns everybody away but root; once a shutdown has begun, it does again.
A new virtual machine is therefore reachable some seconds before one may log in.

What to do: wait, and log in again. Where it stays so, something on the host keeps its boot from
coming to an end: from its console, `systemctl list-jobs` names what is waited for.

What the remedy changes: nothing. It waits a few seconds and logs in again, for two minutes at most.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

TRIES = 24
PAUSE_S = 5.0


def _wait(situation: Situation) -> RemedyPlan | None:
    attempt = situation.attempt
    return RemedyPlan(wait_s=PAUSE_S) if attempt and attempt.number < TRIES else None


PAIN = PainPoint(
    id="host-still-booting",
    phase="connect",
    title="The host is still booting and lets nobody in yet",
    severity="minor",
    cause="Until a boot has come to its end, and from the moment a shutdown begins, only root may"
    " log in.",
    symptoms=(
        Symptom(
            r"System is (?:booting up|going down)\. Unprivileged users are not permitted",
            "systemd, all",
            weight=3,
        ),
    ),
    remedy=Remedy("safe", "Wait until the host has booted, then log in again.", _wait),
    references=(
        "https://manpages.debian.org/stable/libpam-modules/pam_nologin.8.en.html",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd-user-sessions.service.html",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        # as at a boot: systemd's own rule makes the file, its own program takes it away
        script="systemd-tmpfiles --create --boot --prefix=/run/nologin;"
        " (sleep 8; /lib/systemd/systemd-user-sessions start) </dev/null >/dev/null 2>&1 &",
    ),
)
