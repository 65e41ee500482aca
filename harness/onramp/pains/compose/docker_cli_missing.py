"""There is no docker command.

What you see: `docker: command not found`, or `docker: not found` from a plain shell.

Why it happens: Docker is not installed; or only the engine is, as with Debian 13's docker.io,
which merely recommends the package with the command; or it lies where this shell does not look:
a non-interactive SSH session often lacks /snap/bin and /usr/local/bin.

What to do: `ls /usr/bin/docker /usr/local/bin/docker /snap/bin/docker` tells the two apart.
Install what is missing, or call it by its full path.

What the remedy changes: you said that Docker is present; installing it after all asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import NOT_FOUND, SHELL


def _install(situation: Situation) -> RemedyPlan | None:
    if situation.settings.docker.method != "present":
        return None
    return RemedyPlan(then="replan", settings={"docker.method": "auto"})


PAIN = PainPoint(
    id="docker-cli-missing",
    phase="compose",
    title="docker: command not found",
    severity="blocker",
    cause="Docker's command line is not installed, or not where this shell looks.",
    symptoms=(
        Symptom(f"{SHELL}docker: {NOT_FOUND}", "shells", weight=3),
        Symptom(r"^Command 'docker' not found, but can be installed", "Ubuntu", weight=3),
        Symptom(SHELL + r"'docker': No such file or directory", "env", weight=3),
    ),
    probe=Command("ls /usr/bin/docker /usr/local/bin/docker /snap/bin/docker; echo $PATH"),
    remedy=Remedy(
        kind="ask",
        summary="Install Docker.",
        cure=_install,
        commands=("./invoke evaluate --set docker.method=auto",),
        side_effects="Installs Docker Engine.",
    ),
    references=("https://docs.docker.com/engine/install/",),
    recipe=Recipe(
        images=(
            "debian-11",
            "debian-12",
            "debian-13",
            "debian-12-sysv",
            "fedora-like",
            "alpine-3.23",
        ),
        settings={"docker.method": "present"},
    ),
)
