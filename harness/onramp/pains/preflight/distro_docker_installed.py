"""Docker is here already, but as the distribution's own packages.

What you see: `docker --version` answers on a clean machine; `docker compose` may not.

Why it happens: distributions build their own docker.io, docker-compose, containerd and runc, which
own the same files as docker-ce and containerd.io.

What to do: if `docker compose version` answers, keep it. If not, remove the packages, then install
Docker's own; images and volumes in /var/lib/docker stay. Look at what else apt wants to remove.

What the remedy changes: it removes packages that somebody installed, and stops their containers.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.install import distribution_packages, switch_to_dockers

THEIRS = r"(?:moby-engine|moby-cli|docker-cli|docker-common|docker-client|docker|podman-docker)"


def _foreseen(situation: Situation) -> str | None:
    found, platform = distribution_packages(situation), situation.platform
    suffices = bool(known(situation.facts.compose) or (platform and platform.distribution_compose))
    engine = (
        platform.distribution_packages[0] if platform and platform.distribution_packages else ""
    )
    unwanted = {"auto": not (suffices and engine in found), "repository": True}
    theirs = known(situation.facts.clusters) or set(found) <= {"podman-docker"}  # others' own pages
    if theirs or not unwanted.get(situation.settings.docker.method):
        return None
    return "installed: " + ", ".join(f"{name} {version}" for name, version in found.items())


PAIN = PainPoint(
    id="distro-docker-installed",
    phase="preflight",
    title="Unofficial Docker packages are installed",
    severity="major",
    cause="The distribution's Docker packages are installed; Docker's own exclude them.",
    symptoms=(
        Symptom(r"the \"docker\" command appears to already exist", "get.docker.com", weight=3),
        Symptom(r"^conflicting packages are installed:", weight=3),
        Symptom(r"file /usr/bin/docker\S* from install of docker-ce\S* conflicts", "rpm", weight=3),
        Symptom(
            r"installed package (?:moby-engine|docker-cli)-\S+ conflicts with docker-ce",
            "dnf 4, 5",
            weight=3,
        ),
        Symptom(rf"package {THEIRS}-\d\S* (?:from \S+ )?conflicts with docker-ce", "dnf", weight=3),
        Symptom(rf"docker-ce\S* (?:from \S+ )?conflicts with {THEIRS}\b", "dnf, zypper", weight=3),
        Symptom(r"^ ?(?:containerd\.io|docker-ce\S*) conflicts with [a-z.]+$", "dpkg", weight=3),
        Symptom(r"conflicting packages - not installing (?:containerd\.io|docker-)", "dpkg"),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="ask",
        summary="Remove the distribution's packages, then install Docker's own.",
        cure=switch_to_dockers,
        commands=("sudo apt-get remove docker.io docker-compose containerd runc",),
        side_effects="Stops containers; removes what depends on them.",
    ),
    references=("https://docs.docker.com/engine/install/debian/#uninstall-old-versions",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="if command -v dnf >/dev/null; then dnf -y install moby-engine; else"
        " apt-get update -q && apt-get install -y --no-install-recommends docker.io; fi",
        settings={"docker.method": "repository"},
    ),
)
