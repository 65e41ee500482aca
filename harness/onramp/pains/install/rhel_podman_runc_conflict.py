"""Docker's containerd.io and the system's runc or Podman exclude each other.

What you see: `Problem: problem with installed package podman-…`, and below it `package
containerd.io-… conflicts with runc provided by runc-…`.

Why it happens: Docker's package containerd.io brings its own runc and therefore excludes the
packages runc and containerd. On RHEL and its clones Podman and Buildah, often there from the start,
need that very runc.

What to do: if nobody uses Podman on this host, remove it together with runc, as Docker's page says,
and install Docker. If somebody does, keep Podman and use another host, or a newer system whose
Podman needs crun only.

What the remedy changes: it removes Podman, its relatives and what needs them; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

NAMES = ("podman", "buildah", "runc", "containerd")
PODMAN = """mkdir /srv/rpm && cd /srv/rpm && spec() {
    printf '%s\\n' "Name: $1" "Version: $2" 'Release: 1.el9' "Summary: $1" 'License: ASL' \\
        'BuildArch: noarch' "$3" %description "$1" %files > $1.spec
    rpmbuild -bb --quiet --define '_rpmdir /srv/rpm' $1.spec
}
spec runc 1.3.0 'Epoch: 4' && spec podman 5.6.0 'Requires: runc >= 4:1.0' && rpm -i */*.rpm"""
RULES = r"(?:conflicts with|obsoletes) (?:runc|containerd|podman)"


def _remove(situation: Situation) -> RemedyPlan | None:
    listed = situation.probe.stdout if situation.probe else ""
    there = [name for name in NAMES if re.search(rf"^{name}-\d", listed, re.MULTILINE)]
    remove = Command(f"dnf remove -y {' '.join(there)}", as_root=True, timeout_s=600.0)
    return RemedyPlan(actions=(remove,)) if there else None


PAIN = PainPoint(
    id="rhel-podman-runc-conflict",
    phase="install",
    title="containerd.io excludes runc and Podman",
    severity="blocker",
    cause="runc, usually installed for Podman, excludes Docker's containerd.io.",
    symptoms=(
        Symptom(rf"package containerd\.io-\S+ (?:from \S+ )?{RULES}", "dnf 4, 5", weight=3),
        Symptom(r"problem with installed package (?:podman|buildah|runc|containerd)", "dnf 4, 5"),
        Symptom(r"containerd\.io conflicts with \S*runc-\d", "yum", weight=3),
    ),
    probe=Command(f"rpm -q {' '.join(NAMES)}; podman ps -aq | wc -l; true", as_root=True),
    remedy=Remedy(
        kind="ask",
        summary="Remove Podman, Buildah and runc, then install Docker.",
        cure=_remove,
        commands=("podman ps -a", "sudo dnf remove podman buildah runc"),
        side_effects="Podman's containers can no longer be started here.",
    ),
    references=("https://docs.docker.com/engine/install/rhel/#uninstall-old-versions",),
    affects=("rhel",),
    recipe=Recipe(images=("rhel-like",), script=PODMAN),
)
