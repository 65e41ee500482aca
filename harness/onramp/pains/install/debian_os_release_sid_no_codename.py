"""Debian testing or unstable: Docker has no packages under that name.

What you see: `E: The repository 'https://download.docker.com/linux/debian forky Release' does not
have a Release file.`; with an empty name, `E: Malformed entry 1 …`.

Why it happens: Docker builds for releases; testing bears a new name, unstable often none at all.

What to do: use the newest stable release's name, as get.docker.com does: set docker.codename.

What the remedy changes: only the source file this run wrote, written anew with that name.
"""

from onramp.journey.platforms.debian import CODENAMES
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.install import FORGET, E

RELEASES = ("stretch", "buster", *CODENAMES.values())
STABLE = list(CODENAMES.values())[-1]


def _unstable(situation: Situation) -> bool | None:
    system, release = known(situation.facts.os_id), known(situation.facts.os_codename)
    return None if not system else system == "debian" and release not in RELEASES


def _foreseen(situation: Situation) -> str | None:
    docker, named = situation.settings.docker, known(situation.facts.os_codename)
    if docker.method not in ("auto", "repository") or docker.codename or not _unstable(situation):
        return None
    return f"/etc/os-release names {named or 'no release'}: Docker has packages for {STABLE}"


def _cure(situation: Situation) -> RemedyPlan | None:
    cure = RemedyPlan(actions=(FORGET,), then="replan", settings={"docker.codename": STABLE})
    return None if situation.settings.docker.codename else cure


PAIN = PainPoint(
    id="debian-os-release-sid-no-codename",
    phase="install",
    title="Debian testing or unstable: unknown to Docker's repository",
    severity="major",
    cause="The system is not a Debian release that Docker builds packages for.",
    symptoms=(
        Symptom(rf"{E}The repository '\S+ (?:sid|forky|duke|n/a|\$CODENAME) Release' ", weight=3),
        Symptom(rf"{E}The repository '\S+/debian/? \S+ Release' does not have", weight=1),
        Symptom(rf"{E}Malformed \w+ \d+ in (?:list|sources) file \S+/docker\.\w+ \("),
    ),
    foresee=_foreseen,
    confirm=_unstable,
    remedy=Remedy("safe", "Use the newest stable release's name.", _cure),
    explains=("apt-no-release-file", "missing-prereqs-curl-ca-gnupg"),
    references=("https://github.com/docker/docker-install/blob/master/install.sh",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        script="""echo forky/sid > /etc/debian_version; sed -i -e '/^VERSION/d' -e \
's|^PRETTY_NAME=.*|PRETTY_NAME="Debian forky/sid"\\nVERSION_CODENAME=forky|' /usr/lib/os-release""",
    ),
)
