"""sudo works at a terminal only, by its configuration.

What you see: `sudo: sorry, you must have a tty to run sudo`, over SSH and in scripts, while the
same line works when typed at a login.

Why it happens: sudoers says `Defaults requiretty`. CentOS and RHEL up to 6, the first Amazon Linux
and some hardening guides set it; it protects nothing that matters any more.

What to do: let this user off: as root, `visudo -f /etc/sudoers.d/onramp` with the line
`Defaults:USER !requiretty`. By hand, `ssh -tt` or `script -qc 'sudo …' /dev/null` provide a
terminal, at the price that errors and output come mixed.

What the remedy changes: it writes that line for the login user into a file of its own,
/etc/sudoers.d/zz-onramp-tty; a rule of whoever keeps the host, so it asks first.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.preflight import sudo_says

WORDS = r"you must have a tty to run sudo"
FILE = "/etc/sudoers.d/zz-onramp-tty"


def _let_off(situation: Situation) -> RemedyPlan | None:
    user = known(situation.facts.user) or ""
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,31}", user):
        return None
    write = f"umask 227; echo 'Defaults:{user} !requiretty' > {FILE}; visudo -cqf {FILE}"
    as_root = shlex.quote(f"sudo -n sh -c {shlex.quote(write)}")
    shown = f"script -qc 'sudo visudo -f {FILE}' /dev/null   # Defaults:{user} !requiretty"
    return RemedyPlan(
        actions=(Command(f"script -qec {as_root} /dev/null </dev/null", display=shown),)
    )


PAIN = PainPoint(
    id="sudo-requiretty",
    phase="preflight",
    title="sudo demands a terminal (requiretty)",
    severity="blocker",
    cause="sudoers sets requiretty, and commands over SSH have no terminal.",
    symptoms=(Symptom(WORDS, "sudo 1.8 - 1.9", weight=3),),
    foresee=lambda situation: sudo_says(situation, WORDS),
    remedy=Remedy(
        kind="ask",
        summary="Exempt this user from requiretty.",
        cure=_let_off,
        commands=("sudo visudo -f /etc/sudoers.d/onramp   # Defaults:USER !requiretty",),
        side_effects="Changes a rule of whoever keeps the host.",
    ),
    references=("https://www.sudo.ws/docs/man/sudoers.man/#requiretty",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="echo 'Defaults requiretty' > /etc/sudoers.d/50-hardening",
    ),
)
