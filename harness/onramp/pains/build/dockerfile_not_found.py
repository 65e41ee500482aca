"""The Dockerfile, or a file it copies, is not where the build looks.

What you see: `failed to read dockerfile: open Dockerfile: no such file or directory`,
`unable to prepare context: path "…" not found`, or, for a COPY, `failed to calculate checksum of
ref …: "/…": not found`.

Why it happens: a build sees one directory, its context, and nothing outside it. The upload was
incomplete, `context:` or `dockerfile:` in the compose file names another place, letters differ in
case, or .dockerignore leaves the file out.

What to do: `ls -la` in the directory that `context:` names. Copy the whole directory anew; paths in
COPY begin at the context and never with `..`. Then see what .dockerignore says.

What the remedy changes: the stack's files are uploaded once more, where they hold the Dockerfile.
"""

import re

from onramp.journey.stack_commands import MARK, directory
from onramp.model.action import Upload
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _again(situation: Situation) -> RemedyPlan | None:
    """Helps where the upload lost the file; where it never was in the stack, nothing can."""
    stack, text = situation.stack, situation.attempt.text if situation.attempt else ""
    lost = re.search(r'open (\S+): no such file|: "/(\S+)": not found', text)
    if not stack or not lost or (lost[1] or lost[2]) not in stack.files:
        return None
    files = {**stack.files, MARK: b"Made by Onramp.\n"}
    return RemedyPlan(actions=(Upload(f"~/{directory(stack)}", files, stack.modes),))


PAIN = PainPoint(
    id="dockerfile-not-found",
    phase="build",
    title="Dockerfile or build context missing",
    severity="blocker",
    cause="A file that the build needs is not in its context directory.",
    symptoms=(
        Symptom(r"failed to read dockerfile: open \S+ no such file", "BuildKit", weight=3),
        Symptom(r"unable to prepare context: ", "docker, Compose", weight=3),
        Symptom(r"failed to calculate checksum of ref [^\n]{1,200}: not found", "BuildKit",
                weight=3),
        Symptom(r"(?:COPY|ADD) failed: [^\n]{0,200}(?:not found|no such file)", "classic builder",
                weight=3),
    ),
    remedy=Remedy("safe", "Copy the stack's files once more; else correct the path.", _again),
    references=("https://docs.docker.com/build/concepts/context/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        script="rm /home/*/onramp/hello-world/Dockerfile",  # an upload that was cut short
        before="build",
    ),
)  # fmt: skip
