"""Compose finds no compose file.

What you see: `no configuration file provided: not found`; with -f, `open …/compose.yml: no such
file or directory`.

Why it happens: Compose looks in the current directory and then in those above it, for compose.yaml,
compose.yml, docker-compose.yaml and docker-compose.yml, spelt exactly so. A command sent over SSH
begins in your home directory; a copy may have stopped half way; a Windows editor may have added
.txt; a Docker from snap sees your home directory only.

What to do: `pwd` and `ls`, then `cd` to the project, or name the file: `docker compose -f
/srv/hello/compose.yml up -d`. Where there is more than one, compose.yaml wins, with a warning.

What the remedy changes: Onramp's own copy of the stack is made once more.
"""

from onramp.journey.stack_commands import MARK, directory
from onramp.model.action import Command, Upload
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _copy_again(situation: Situation) -> RemedyPlan | None:
    stack = situation.stack
    if stack is None or stack.compose_file not in stack.files:
        return None
    files = {**stack.files, MARK: b"Made by Onramp.\n"}
    return RemedyPlan(actions=(Upload(f"~/{directory(stack)}", files, stack.modes),))


PAIN = PainPoint(
    id="compose-no-config-file",
    phase="compose",
    title="Compose file not found",
    severity="major",
    cause="There is no compose file where Compose was told to look.",
    symptoms=(
        Symptom(r"no configuration file provided: not found", "2.x", weight=3),
        Symptom(r"open \S*compose\S*\.ya?ml: no such file or directory", "2.x, -f", weight=3),
        Symptom(r"Can't find a suitable configuration file in this directory", "1.x", weight=3),
        Symptom(r"^no service selected", "2.x", steps=("", "build", "up"), weight=1),
        Symptom(r"Found multiple config files with supported names", "all", warning=True),
    ),
    probe=Command("ls -lA ~/onramp/*/; true", display="ls -lA"),
    remedy=Remedy(
        kind="safe",
        summary="Go to the directory of the compose file, or copy it there again.",
        cure=_copy_again,
        commands=("cd ~/PROJECT", "docker compose config --quiet"),
    ),
    references=("https://docs.docker.com/reference/cli/docker/compose/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="build",
        script="cd /home/newcomer/onramp/hello-world && mv docker-compose.yml docker-compose.txt",
    ),
)
