"""Alpine's community repository is switched off, and Docker is in it.

What you see: `ERROR: unable to select packages:`, then `docker (no such package):` or the same for
docker-cli-compose; apk before 2.12 says `docker (missing):`.

Why it happens: Alpine keeps docker in its repository community. setup-alpine leaves that line of
/etc/apk/repositories commented out unless it was asked for. A list never fetched looks the same.

What to do: remove the # before the line that ends in /community, then `apk update` and
`apk add docker docker-cli-compose docker-cli-buildx`.

What the remedy changes: one more package source is read from now on; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

FILE = "/etc/apk/repositories"
ENABLE = f"sed -i '/^#.*\\/community$/s/^#[ \\t]*//' {FILE} && apk update"


def _disabled(situation: Situation) -> bool | None:
    lines = situation.probe.stdout.split("\n") if situation.probe else []
    sources = [line.strip() for line in lines if "/" in line]
    if not sources:
        return None
    return not any("/community" in line for line in sources if not line.startswith("#"))


def _enable(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command(ENABLE, as_root=True),))


PAIN = PainPoint(
    id="apk-community-disabled",
    phase="install",
    title="Alpine's community repository is off",
    severity="blocker",
    cause="The line of the repository community in /etc/apk/repositories is commented out.",
    symptoms=(
        Symptom(
            r"^  docker(?:-cli\S{0,20}|-compose)? \(no such package\):", "apk >= 2.12", weight=3
        ),
        Symptom(r"^  docker(?:-cli\S{0,20}|-compose)? \(missing\):", "apk < 2.12", weight=3),
    ),
    probe=Command(f"cat {FILE}; true"),
    confirm=_disabled,
    remedy=Remedy(
        kind="ask",
        summary="Switch the repository community on and read the lists again.",
        cure=_enable,
        commands=(f"sudo vi {FILE}", "sudo apk update", "sudo apk add docker docker-cli-compose"),
        side_effects="Packages of one more source become available.",
    ),
    references=(
        "https://wiki.alpinelinux.org/wiki/Docker",
        "https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/commit.c",
    ),
    affects=("alpine",),
    # as setup-alpine leaves it where nobody asked for more
    recipe=Recipe(("alpine-3.23",), f"sed -i '/[/]community$/s/^/#/' {FILE}"),
)
