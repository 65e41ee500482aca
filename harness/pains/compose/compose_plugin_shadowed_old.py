"""An old Compose plugin hides the packaged one.

What you see: `docker compose version` shows less than the installed package; features of your
compose file are unknown; with engine 29, `client version 1.41 is too old` from docker compose
alone; or `unknown command: docker compose` although the package is there.

Why it happens: years ago Compose was put into ~/.docker/cli-plugins by hand. docker looks there
first, then in /usr/local/lib/docker/cli-plugins, and only then where packages put theirs. A file
that is broken or for another processor hides the good one just as well.

What to do: `docker info` lists each plugin with its path. Move the one outside /usr/lib and
/usr/libexec away. Look at root's home too: `sudo docker compose` uses that one.

What the remedy changes: the old plugin is moved one directory up and kept there as
docker-compose.old. It is a file of yours, so it asks first.
"""

import shlex

from harness.model import Command, Cure, PainPoint, Remedy, Situation, Symptom
from harness.pains.compose import PLUGIN, PLUGINS, outdated, plugin_in_front


def _confirmed(situation: Situation) -> bool | None:
    words = situation.attempt.text if situation.attempt else ""
    if situation.probe is None:
        return None if "; need version " in words else False
    others = "is too old" in words and "docker answers" not in situation.probe.stdout
    return plugin_in_front(situation.probe) is not None and not others


def _aside(situation: Situation) -> Cure | None:
    path = plugin_in_front(situation.probe)
    if path is None:
        return None
    kept = path.removesuffix(PLUGIN) + "/docker-compose.old"
    script = f"mv {shlex.quote(path)} {shlex.quote(kept)}"
    return Cure(actions=(Command(script, as_root=path.startswith("/usr/")),))


PAIN = PainPoint(
    id="compose-plugin-shadowed-old",
    phase="compose",
    title="Old Compose plugin in the home directory",
    severity="major",
    cause="A Compose plugin installed by hand is found before the packaged one.",
    symptoms=(
        Symptom(r"client version \S{1,20} is too old\. Minimum supported API", "engine >= 29"),
        Symptom(r"'compose' is not a docker command|unknown command: docker compose", "all"),
        Symptom(r"compose plugin with version \S{1,20}; need version ", "Ansible"),
    ),
    foresee=outdated,
    probe=PLUGINS,
    confirm=_confirmed,
    remedy=Remedy("ask", "Move the plugin installed by hand away.", _aside, ("docker info",)),
    explains=("api-version-mismatch", "compose-plugin-missing"),
    references=("https://docs.docker.com/compose/install/linux/#install-the-plugin-manually",),
)
