"""A RUN step calls a command that the image does not have.

What you see: `failed to solve: process "/bin/sh -c …" did not complete successfully: exit code:
127` (126: it is there and cannot be run); the old builder says `returned a non-zero code: 127`.

Why it happens: 127 is the shell's number for "no such command". Slim and Alpine images bring
little: no curl, git, bash or compiler. Or the command's name has a typing error, or a script's
first line names an interpreter that is not there.

What to do: the line just above names the command (`/bin/sh: curl: not found`). Correct its name,
or install it in an earlier step: `RUN apk add --no-cache curl` on Alpine, `RUN apt-get update &&
apt-get install -y curl` on Debian and Ubuntu. For 126, `RUN chmod +x` the script.

What the remedy changes: nothing; the Dockerfile is yours to change. Other exit codes are the
command's own, and what it printed has to say why.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.build import STEPS

PAIN = PainPoint(
    id="build-step-failed",
    phase="build",
    title="A RUN step's command is not in the image",
    severity="blocker",
    cause="The Dockerfile runs a command that its image does not hold, or cannot run.",
    symptoms=(
        Symptom(r"did not complete successfully: exit code: 12[67]$", "BuildKit", STEPS, weight=1),
        Symptom(
            r"failed to solve: executor failed running \[[^\n]{1,500}\]: exit code: 12[67]$",
            "engine 20.10",
            STEPS,
            weight=1,
        ),
        Symptom(r"' returned a non-zero code: 12[67]$", "the classic builder", STEPS, weight=1),
    ),
    remedy=Remedy(
        kind="human",
        summary="Correct the command's name, or install it in an earlier step.",
        commands=("# a line of the Dockerfile, before: RUN apk add --no-cache COMMAND",),
    ),
    references=("https://docs.docker.com/reference/dockerfile/#run",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"Dockerfile": ("EXPOSE 8000", "RUN git describe > version\nEXPOSE 8000")},
    ),
)
