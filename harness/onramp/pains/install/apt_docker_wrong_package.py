"""The package that is called docker has nothing to do with Docker.

What you see: `apt-get install docker` succeeds, and still `docker: command not found`.

Why it happens: in Debian up to 12 and Ubuntu up to 22.04 the name docker belongs to wmdocker, a
dock for icons in the window managers of the nineties, and leads to it.

What to do: install `docker-ce` from Docker's repository, or the distribution's `docker.io`. The
package docker may go: `sudo apt-get remove docker wmdocker`.

What the remedy changes: it installs Docker after all, although you said that it was present; so it
asks. The icon dock stays: it is in nobody's way.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import NOT_FOUND, SHELL


def _confirmed(situation: Situation) -> bool:
    seen = situation.probe.stdout if situation.probe else ""
    pasted = situation.attempt.outcome.text if situation.attempt else ""
    return bool(re.search(r"^ii +wmdocker ", seen, re.M)) or "wmdocker" in pasted


def _install(situation: Situation) -> RemedyPlan | None:
    if situation.settings.docker.method != "present":
        return None
    return RemedyPlan(then="replan", settings={"docker.method": "auto"})


PAIN = PainPoint(
    id="apt-docker-wrong-package",
    phase="install",
    title="The package named docker is an icon dock",
    severity="minor",
    cause="The package docker of Debian and Ubuntu led to wmdocker, not to Docker.",
    symptoms=(
        Symptom(f"{SHELL}docker: {NOT_FOUND}", "shells", weight=1),
        Symptom(r"^Setting up wmdocker \(", "apt, all", weight=3),
        Symptom(r"^wmdocker is already the newest version", "apt, all", weight=3),
    ),
    probe=Command("dpkg -l docker wmdocker"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="ask",
        summary="Install docker-ce, or the distribution's docker.io.",
        cure=_install,
        commands=("sudo apt-get remove docker wmdocker", "sudo apt-get install docker-ce"),
        side_effects="Installs Docker Engine.",
    ),
    explains=("docker-cli-missing",),
    references=("https://packages.debian.org/bookworm/docker",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-12-sysv"),
        script="apt-get update -q && apt-get install -y --no-install-recommends docker",
        settings={"docker.method": "present"},
    ),
)
