"""New files on this host are closed to everybody but their owner (umask 027 or 077).

What you see: `The key(s) in the keyring /etc/apt/keyrings/docker.asc are ignored as the file is not
readable by user executing gpgv`; then the repository `is not signed`. Plugins put in place by hand
are `not a docker command` for everybody but root.

Why it happens: hardening guides set umask 027 or 077, in /etc/login.defs or by pam_umask. sudo
keeps it. What root then creates, the user _apt, which checks signatures, cannot read. Files
copied into an image keep their rights too, and a program there may run as somebody else.

What to do: after each step that makes a file for others, open it: `chmod 0755` for directories
and plugins, `chmod a+r` for keys. Or `umask 022` for the time of the installation.

What the remedy changes: the key and its directory become readable, as Docker's page has it.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.install import KEY

OPEN = f"chmod 0755 /etc/apt/keyrings && chmod a+r {KEY}"


def _foreseen(situation: Situation) -> str | None:
    umask = known(situation.facts.umask) or ""
    strict = re.fullmatch(r"0?[0-7]{3}", umask) is not None and int(umask, 8) & 0o005
    return f"umask {umask}: new files are closed to others" if strict else None


def _open(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command(OPEN, as_root=True),))


PAIN = PainPoint(
    id="strict-umask",
    phase="preflight",
    title="A strict umask",
    severity="minor",
    cause="Files that root creates cannot be read by anybody else.",
    symptoms=(Symptom(r"ignored as the file is not readable by user", "apt", weight=3),),
    foresee=_foreseen,
    probe=Command("umask; ls -ld /etc/apt/keyrings /etc/apt/keyrings/docker.asc; true"),
    remedy=Remedy("safe", "Make the key and its directory readable.", _open,
                  (f"sudo sh -c '{OPEN}'",), "None; the key is public."),
    explains=("apt-missing-gpg-key",),
    references=("https://docs.docker.com/engine/install/debian/#install-using-the-repository",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="echo 'session optional pam_umask.so umask=077' >> /etc/pam.d/common-session",
    ),
)  # fmt: skip
