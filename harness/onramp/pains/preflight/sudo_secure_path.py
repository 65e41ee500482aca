"""Under sudo, programs are looked for in other places than without it.

What you see: `sudo: docker-compose: command not found`, though it works without sudo; from `sudo
dpkg -i`, `dpkg: error: 2 expected programs not found in PATH or not executable`.

Why it happens: sudo replaces PATH by its own secure_path. On older RHEL, SUSE and hosts where
somebody shortened it, /usr/local/bin, /snap/bin or even /usr/sbin are not on it.

What to do: call the program by its full path (`command -v NAME`), or pass your PATH on: `sudo env
"PATH=$PATH" NAME`. Where a system directory is missing, correct the line with `visudo`.

What the remedy changes: everybody's sudo, in a file /etc/sudoers.d/zz-onramp-path; it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

FILE = "/etc/sudoers.d/zz-onramp-path"
FULL = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ASKED = "docker docker-compose usermod groupadd service systemctl modprobe iptables curl gpg"
EACH = f"for p in {ASKED}; do command -v $p"
LACK = f'{EACH} >/dev/null || echo lacks $p; done; echo "PATH=$PATH"'
WRITE = f"umask 227; echo 'Defaults secure_path=\"{FULL}\"' > {FILE}; /usr/sbin/visudo -cqf {FILE}"
SHORTEN = "gpasswd -d newcomer docker; echo Defaults secure_path=/usr/bin > /etc/sudoers.d/50-cis"
PACKAGES = r"dpkg: error: \d+ expected programs? not found in PATH"


def _confirmed(situation: Situation) -> bool | None:
    said, text = (seen.text if seen else "" for seen in (situation.probe, situation.attempt))
    if re.search(PACKAGES, text):
        return not re.search(r"[=:]/usr/sbin\b", said) if "PATH=" in said else None
    name = re.findall(r"(?:sudo|sh|\d|eval): '?([\w.-]+)'?: (?:command )?not found", text)
    asked = "PATH=" in said and name and name[0] in ASKED.split()
    return f"lacks {name[0]}\n" in said and f"/{name[0]}\n" in said if asked else None


PAIN = PainPoint(
    id="sudo-secure-path",
    phase="preflight",
    title="Command found, but not under sudo",
    severity="major",
    cause="sudo's secure_path leaves out the program's directory.",
    symptoms=(
        Symptom(r"^sudo(?:-rs)?: '?[\w./-]+'?: command not found", "sudo, sudo-rs"),
        Symptom(r"^sh: \d+: (?:eval: )?(?:docker|usermod|groupadd|service): not found", "dash"),
        Symptom(PACKAGES, "dpkg", weight=3),
    ),
    probe=Command(f"sudo -n sh -c '{LACK}'; PATH=$PATH:{FULL}; {EACH}; done; true"),
    confirm=_confirmed,
    remedy=Remedy(
        "ask",
        "Give sudo a secure_path with all the usual directories.",
        lambda _: RemedyPlan(actions=(Command(WRITE, as_root=True),)),
        commands=("sudo sh -c 'echo $PATH'", 'sudo env "PATH=$PATH" NAME'),
    ),  # fmt: skip
    explains=("docker-cli-missing",),
    references=("https://www.sudo.ws/docs/man/sudoers.man/#secure_path",),
    recipe=Recipe(
        ("debian-12", "debian-13", "debian-12-sysv", "fedora-like"), SHORTEN, starts="ready"
    ),
)
