"""sudo runs, but the system does not let it become root.

What you see: `sudo: The "no new privileges" flag is set`, `sudo: effective uid is not 0, is
/usr/bin/sudo on a file system with the 'nosuid' option set`, or `sudo must be owned by uid 0 and
have the setuid bit set`.

Why it happens: sudo becomes root by the setuid bit of its file. A container started with
no-new-privileges, a service with `NoNewPrivileges=yes`, a file system mounted nosuid, or an image
copied without owners and modes switch that bit off.

What to do: leave the restricted place: log in as root over SSH, run on the machine itself rather
than in the container. If only the bit is lost, as root: `chown root:root /usr/bin/sudo` and
`chmod 4755 /usr/bin/sudo`. Whoever starts the container or the service can lift the restriction.

What the remedy changes: a protection that somebody chose; a person has to decide.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.preflight import sudo_says

FLAG = r"sudo: The \"no new privileges\" flag is set"
UID = r"sudo: effective uid is not 0, is "
BIT = r"\bsudo:? (?:\S+ )?must be owned by uid 0 and have the setuid bit"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    return True if "NoNewPrivs: 1" in said or "nosuid" in said or "no setuid root" in said else None


PAIN = PainPoint(
    id="sudo-nosuid-no-new-privs",
    phase="preflight",
    title="sudo cannot become root here",
    severity="blocker",
    cause="The setuid bit that sudo depends on has no effect here.",
    symptoms=tuple(Symptom(words, "sudo 1.9, sudo-rs", weight=3) for words in (FLAG, UID, BIT)),
    foresee=lambda situation: sudo_says(situation, f"{FLAG}|{UID}|{BIT}"),
    probe=Command(
        "grep -s NoNewPrivs /proc/self/status | tr '\\t' ' '\n"
        's=$(command -v sudo) || exit 0; [ "$(stat -Lc %u "$s")" = 0 ] && [ -u "$s" ] || '
        'echo "no setuid root: $s"; findmnt -no OPTIONS -T "$s" | grep -oE "(^|,)nosuid(,|$)"; true'
    ),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Log in as root, or have the restriction lifted.",
        commands=("./invoke evaluate --user=root", "grep NoNewPrivs /proc/self/status"),
        side_effects="Lifting the restriction gives up a protection.",
    ),
    references=("https://docs.kernel.org/userspace-api/no_new_privs.html",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="""if [ -d /run/systemd/system ]; then
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\\nNoNewPrivileges=yes\\n' > /etc/systemd/system/ssh.service.d/hard.conf
systemctl daemon-reload; systemctl restart ssh; else mount -o remount,bind,nosuid /; fi""",
    ),
)
