"""The account's login shell is no POSIX shell, or none at all.

What you see: `This account is currently not available.` and the connection ends; or, from commands
copied out of the documentation, `fish: Unsupported use of '='`, `Illegal variable name.`,
`for: Command not found.`, `rbash: …: restricted`.

Why it happens: sshd hands every command to the shell named in /etc/passwd. nologin and sftp-only
accounts run nothing; nor does a shell whose .bashrc says `exit`. fish, csh and tcsh run programs,
but read variables, loops and `<<EOF` of Docker's pages differently; rbash forbids paths.

What to do: where it runs nothing, log in as a user with a shell, or as root:
`chsh -s /bin/bash USER`. With fish and csh, type `bash` first, or wrap a line: `sh -c '…'`.
Onramp starts sh by itself and needs no change there.

What the remedy changes: the shell of that account; it may be switched off on purpose.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

FOREIGN = ("fish", "csh", "tcsh", "nu", "elvish", "xonsh", "pwsh", "rc")
HERE = ("connect", "survey", "")


def _foreseen(situation: Situation) -> str | None:
    shell = known(situation.facts.shell) or ""
    foreign = shell.rpartition("/")[2] in FOREIGN
    return f"the login shell is {shell}: Docker's pages are written for sh" if foreign else None


PAIN = PainPoint(
    id="login-shell-not-posix",
    phase="connect",
    title="Login shell is not a POSIX shell",
    severity="major",
    cause="The account's login shell runs no commands, or reads them otherwise than sh does.",
    symptoms=(
        Symptom(r"^This account is currently not available", "nologin", weight=3),
        Symptom(r"^This service allows sftp connections only", "internal-sftp", weight=3),
        Symptom(r"^fish: (?:Unsupported use of|Missing end to)", "", HERE, warning=True),
        Symptom(r"^Illegal variable name\.|^\w+: Undefined variable\.$", "csh, tcsh", HERE),
        Symptom(r"^(?:for|do|done|export|\w+=\S*): Command not found\.$", "csh, tcsh", HERE),
        Symptom(r"^rbash: [^\n]{1,200}: restricted", "bash", HERE, weight=3),
        Symptom(r"the login shell ended before our command began", "Onramp", HERE),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Log in as a user with an ordinary shell, or give this one such a shell.",
        commands=("getent passwd USER", "chsh -s /bin/bash USER"),
        side_effects="The account may have been switched off on purpose.",
    ),
    references=("https://manpages.debian.org/stable/login/nologin.8.en.html",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        script="[ -x /usr/sbin/nologin ] || { apt-get update -q && apt-get install -y login; }\n"
        "chsh -s /usr/sbin/nologin newcomer",
    ),
)
