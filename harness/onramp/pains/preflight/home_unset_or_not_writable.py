"""The login user cannot write to the home directory, or to ~/.docker in it.

What you see: `WARNING: Error loading config file: open /home/…/.docker/config.json: permission
denied`, and then even `docker compose` is an unknown command: plugins are looked for there first.

Why it happens: `sudo docker login` once created ~/.docker as root, whose it has been since. Other
ways to get there: HOME is not set (cron, a bare systemd unit), or the home directory is missing,
not owned by its user, or on a disk mounted read-only.

What to do: `ls -ld ~ ~/.docker` shows the owner. `sudo chown -R "$USER": ~/.docker` gives the
directory back. Log in as yourself and use docker without sudo from then on.

What the remedy changes: who owns ~/.docker; root's own logins in there become the user's. It asks.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

ASK = """for d in "$HOME" "$HOME/.docker" "$HOME/.docker/config.json"
do [ ! -e "$d" ] || [ -w "$d" ] || ls -ld "$d"; done; [ -d "$HOME" ] || echo "no $HOME"; true"""


def _foreseen(situation: Situation) -> str | None:
    found = ", ".join(known(situation.facts.unwritable) or ())
    return f"{known(situation.facts.user) or 'the user'} cannot write to {found}" if found else None


def _give_back(situation: Situation) -> RemedyPlan | None:
    user, home = known(situation.facts.user) or "", known(situation.facts.home) or ""
    broken = known(situation.facts.unwritable) or ()
    if not re.fullmatch(r"[a-z_][\w.-]*", user) or not re.fullmatch(r"/[\w./-]+", home):
        return None
    place = shlex.quote(home if home in broken else f"{home}/.docker")
    deep = "" if home in broken else "-R "
    give = f"mkdir -p {place} && chown {deep}{shlex.quote(user)}: {place} && chmod u+rwx {place}"
    return RemedyPlan(actions=(Command(give, as_root=True),))


PAIN = PainPoint(
    id="home-unset-or-not-writable", phase="preflight",
    title="Home directory or ~/.docker not writable", severity="major",
    cause="The home directory or ~/.docker does not belong to the user who runs docker.",
    symptoms=(
        Symptom(r"^WARNING: Error loading config file: ", "CLI, all", warning=True),
        Symptom(r"^WARNING: Error parsing config file ", "CLI >= 25", warning=True),
        Symptom(r"(?:stat|open|mkdir) \S*/\.docker\S*: permission denied", "all", weight=3),
        Symptom(r"mkdir(?:: cannot create directory)? \S*onramp\S*: Permission denied", weight=3),
        Symptom(r"Could not chdir to home directory /\S+: ", "sshd", weight=3, warning=True),
        Symptom(r"cd: (?:can't cd to )?/home/\S+(?:: No such file|$)", "shells", weight=2),
    ),
    foresee=_foreseen,
    probe=Command(ASK, display='ls -ld "$HOME" "$HOME/.docker"'),
    confirm=lambda situation: bool(situation.probe and situation.probe.stdout.strip()) or None,
    remedy=Remedy("ask", "Give the directory back to its user.", _give_back,
                  ('sudo chown -R "$USER": ~/.docker',), "Changes the owner of files."),
    explains=("compose-plugin-missing", "compose-plugin-shadowed-old", "buildx-missing"),
    references=("https://docs.docker.com/engine/install/linux-postinstall/",),
    recipe=Recipe(("debian-12", "debian-13", "fedora-like"), starts="ready",
                  script="cd ~newcomer; mkdir -p .docker; chown -R 0:0 .docker; chmod 700 .docker"),
)  # fmt: skip
