"""Packages that are there, held back or forbidden do not let Docker's in.

What you see: `The following packages have unmet dependencies:` with lines such as `containerd.io :
Conflicts: containerd`, then `E: Unable to correct problems, you have held broken packages.`; or
`E: Held packages were changed and -y was used without --allow-change-held-packages.`

Why it happens: the distribution's containerd, runc or docker.io exclude Docker's own; a package is
held at its version (Kubernetes' page has people do that to containerd.io); a pin forbids something
Docker needs; or half of the sources could not be fetched.

What to do: `apt-mark showhold` names what is held; find out who held it and why before `sudo
apt-mark unhold`. Remove the distribution's packages only when nothing runs on them.

What the remedy changes: Docker's own packages, where they are held, are no longer: from then on an
upgrade may replace them, and restart what runs on them. So it asks.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import E

OURS = re.compile(
    r"^(docker-ce|docker-ce-cli|containerd\.io|docker-(?:buildx|compose)-plugin)$", re.M
)


def _held(situation: Situation) -> list[str]:
    return OURS.findall(situation.probe.stdout) if situation.probe else []


def _unhold(situation: Situation) -> RemedyPlan | None:
    names = " ".join(_held(situation))
    return (
        RemedyPlan(actions=(Command(f"apt-mark unhold {names}", as_root=True),)) if names else None
    )


PAIN = PainPoint(
    id="apt-unmet-dependencies-held",
    phase="install",
    title="Held or conflicting packages",
    severity="blocker",
    cause="Packages that are installed, held or pinned exclude what Docker's packages need.",
    symptoms=(
        Symptom(rf"{E}Held packages were changed and -y was used", "apt >= 1.1", weight=3),
        Symptom(r"^ \S+ : Conflicts: (?:containerd|runc|docker\.io|docker-ce)", "apt", weight=3),
        Symptom(rf"{E}Unable to correct problems, you have held broken", "apt", weight=2),
        Symptom(rf"{E}Unable to satisfy dependencies\. Reached two conf", "apt >= 3", weight=2),
        Symptom(r"pkgProblemResolver::Resolve generated breaks", "apt", weight=2),
        Symptom(r"docker-ce\S* : Depends: \S+ \([^)\n]{1,80}\) but ", "apt"),
        Symptom(r"^(?:The following packages have unmet|Unsatisfied) dependencies:", weight=1),
    ),
    probe=Command("apt-mark showhold"),
    confirm=lambda situation: True if _held(situation) else None,
    remedy=Remedy("ask", "Release what is held, once you know why it is.", _unhold),
    references=("https://manpages.debian.org/stable/apt/apt-mark.8.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # as on a node that is to keep the runtime its cluster was set up with
        script="set_up_repository && apt-mark hold containerd.io",
    ),
)
