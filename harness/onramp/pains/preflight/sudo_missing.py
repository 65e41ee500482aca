"""There is no sudo, and the login is not root.

What you see: `sudo: command not found`, at the first line of Docker's page that begins with sudo.

Why it happens: minimal images and containers leave sudo out. Debian's installer installs it only
where no password was given for root; Alpine prefers doas.

What to do: log in as root (`--user=root`), where sudo is not needed. Or become root once (`su -`,
the cloud's console) and install it: `apt-get install sudo`, then `usermod -aG sudo USER`, and log
in again. The group is called wheel on Fedora, RHEL, Arch and SUSE.

What the remedy changes: whoever is in that group can do everything; so a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains import NOT_FOUND, SHELL


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    missing = facts.sudo == "none" and bool(known(facts.uid))
    return f"sudo is not installed, and the login is {known(facts.user)}" if missing else None


PAIN = PainPoint(
    id="sudo-missing",
    phase="preflight",
    title="sudo is not installed",
    severity="blocker",
    cause="The host has no sudo, and the login user is not root.",
    symptoms=(
        Symptom(f"{SHELL}sudo: {NOT_FOUND}", "shells", weight=3),
        Symptom(r"^zsh: command not found: sudo$|^fish: Unknown command: sudo$", "", weight=3),
        Symptom(r"^sudo: Command not found\.$", "csh, tcsh", weight=3),
        Symptom(
            r"We are unable to find either .sudo. or .su. available", "get.docker.com", weight=3
        ),
        Symptom(r"^(?:env: |nohup: )['‘]sudo['’]: No such file", "coreutils", weight=3),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Log in as root, or install sudo as root.",
        commands=("./invoke evaluate --user=root", "su -c 'apt-get install sudo'"),
        side_effects="Members of group sudo may do everything.",
    ),
    references=("https://wiki.debian.org/sudo",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "alpine-3.23"),
        script="if command -v apk >/dev/null; then apk del sudo; else"
        " SUDO_FORCE_REMOVE=yes apt-get purge -y sudo; fi",
    ),
)
