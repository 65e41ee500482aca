"""Docker's repository has no directory for this release name.

What you see: `E: The repository 'https://download.docker.com/linux/debian … Release' does not have
a Release file.` Every later `apt-get update` fails too.

Why it happens: the instructions put VERSION_CODENAME from /etc/os-release into the source. On a
derivative that is its own name, which Docker does not know; nor does it know every old release.
Or the address is another distribution's: `linux/ubuntu` has no bookworm, `linux/debian` no noble.

What to do: see that the address ends in what the host is, `linux/debian` or `linux/ubuntu`. On a
derivative use the name of the release it is built on: UBUNTU_CODENAME or DEBIAN_CODENAME in
os-release, or what /etc/debian_version says. If none fits, take the distribution's packages.

What the remedy changes: the source file this run wrote; failing that, whose packages are taken.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import FORGET, SOURCES, E, base_codename, fall_back, not_dockers

ASK = f"""cat /etc/debian_version; [ -r {SOURCES} ] || exit 0
url=$(sed -n 's/^URIs: *//p' {SOURCES})/dists/$(sed -n 's/^Suites: *//p' {SOURCES})/Release
curl -sSL -m 20 -o /dev/null -w '%{{http_code}}\\n' "$url" """


def _confirmed(situation: Situation) -> bool | None:
    lines = (situation.probe.stdout.split() if situation.probe else []) or [""]
    return not_dockers(situation) is not False and {"404": True, "200": False}.get(lines[-1])


def _cure(situation: Situation) -> RemedyPlan | None:
    name, platform = base_codename(situation), situation.platform
    tried = {None, situation.settings.docker.codename}
    if not platform or name in tried | {platform.repository_codename}:
        return fall_back(situation)
    return RemedyPlan(actions=(FORGET,), then="replan", settings={"docker.codename": name})


PAIN = PainPoint(
    id="apt-no-release-file",
    phase="install",
    title="Release name unknown to Docker's repository",
    severity="blocker",
    cause="The repository has no directory of this name: a derivative, or too new or too old.",
    symptoms=(
        Symptom(rf"{E}The repository '[^'\n]{{1,300}}' (?:does not|no longer) ha", "apt", weight=3),
    ),
    probe=Command(ASK, timeout_s=30.0, display="curl -I <repository>/dists/<name>/Release"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="safe",
        summary="Use the name of the release it is built on, or the distribution's packages.",
        cure=_cure,
        commands=("./invoke evaluate --set docker.codename=bookworm",),
    ),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/acquire-item.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        script="sed -i -e 's/^ID=.*/ID=derived\\nID_LIKE=debian/'"
        " -e 's/^VERSION_CODENAME=.*/VERSION_CODENAME=derived/' /usr/lib/os-release",
    ),
)
