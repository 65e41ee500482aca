"""Docker's repository has no directory for this release name.

What you see: `E: The repository 'https://download.docker.com/linux/debian … Release' does not have
a Release file.` From then on every `apt-get update` fails.

Why it happens: the instructions put VERSION_CODENAME from /etc/os-release into the source. On a
derivative that is its own name, which Docker does not know; nor does it know every old release.

What to do: use the name of the release the system is built on: UBUNTU_CODENAME or DEBIAN_CODENAME
in os-release, or what /etc/debian_version says. Where none fits, take the distribution's packages.

What the remedy changes: only the source file this run wrote, written anew with that name; where
there is none, `docker.method=auto` turns to the distribution's packages.
"""

from harness.model import Command, Cure, PainPoint, Recipe, Remedy, Situation, Symptom
from harness.pains.install import FORGET, SOURCES, base_codename, fall_back

ASK = f"""cat /etc/debian_version; [ -r {SOURCES} ] || exit 0
url=$(sed -n 's/^URIs: *//p' {SOURCES})/dists/$(sed -n 's/^Suites: *//p' {SOURCES})/Release
curl -sSL -m 20 -o /dev/null -w '%{{http_code}}\\n' "$url" """


def _confirmed(situation: Situation) -> bool | None:
    lines = situation.probe.stdout.split() if situation.probe else []
    return {"404": True, "200": False}.get(lines[-1] if lines else "")


def _cure(situation: Situation) -> Cure | None:
    name, platform = base_codename(situation), situation.platform
    if not name or not platform or name == platform.repository_codename:
        return fall_back(situation)
    return Cure(actions=(FORGET,), then="replan", settings={"docker.codename": name})


PAIN = PainPoint(
    id="apt-no-release-file",
    phase="install",
    title="Release name unknown to Docker's repository",
    severity="blocker",
    cause="The repository has no directory of this name: a derivative, or too new or too old.",
    symptoms=(
        Symptom(r"E: The repository '[^']+' (?:does not have|no longer has) a Release", weight=3),
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
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        script="sed -i -e 's/^ID=.*/ID=derived\\nID_LIKE=debian/'"
        " -e 's/^VERSION_CODENAME=.*/VERSION_CODENAME=derived/' /usr/lib/os-release",
        passes=True,
    ),
)
