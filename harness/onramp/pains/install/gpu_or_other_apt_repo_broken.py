"""Some other package source is broken, and `apt-get update` fails because of it.

What you see: `E: The repository 'https://ppa.example/… Release' does not have a Release file.` or
`is not signed`, about a source unrelated to Docker; `cdrom://…` after installing from a disc.

Why it happens: apt reports the whole update as failed as soon as one source fails. A GPU vendor's
or company's repository that moved, a PPA without packages for this release, an expired key or the
installation disc is enough. The lists of all other sources have been fetched all the same.

What to do: go on installing Docker, then mend or remove the source the message names. With
`E: The list of sources could not be read.` nothing works until the file named before is mended.

What the remedy changes: nothing. The journey goes on with the lists that were fetched.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import E, owners


def _confirmed(situation: Situation) -> bool | None:
    found = owners(situation)
    return True if found == {"other"} else None if "other" in found else False


def _go_on(situation: Situation) -> RemedyPlan | None:
    failed = situation.attempt.outcome if situation.attempt else None
    if not failed or "could not be read" in failed.text or owners(situation) != {"other"}:
        return None
    return RemedyPlan(then="continue") if failed.command.endswith("apt-get update") else None


PAIN = PainPoint(
    id="gpu-or-other-apt-repo-broken",
    phase="install",
    title="Another package source is broken",
    severity="minor",
    cause="A source that has nothing to do with Docker makes apt-get update fail.",
    symptoms=(
        Symptom(rf"{E}The repository '[^'\n]{{1,300}} Release' (?:does not|no longer) ha", "apt"),
        Symptom(rf"{E}The repository '[^'\n]{{1,300}}' is not signed", "apt, all"),
        Symptom(rf"{E}Malformed \w+ \d+ in (?:list|sources) file /etc/apt/", "apt, all"),
        Symptom(rf"{E}The list of sources could not be read", "apt, all", weight=1),
        Symptom(rf"{E}Some index files failed to download", "apt, all", weight=1),
    ),
    confirm=_confirmed,
    remedy=Remedy(
        kind="safe",
        summary="Go on without it; then mend or remove the source the message names.",
        cure=_go_on,
        commands=("grep -rn PART-OF-THE-ADDRESS /etc/apt/sources.list /etc/apt/sources.list.d/",),
    ),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/acquire-item.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # what an installation from a disc leaves behind
        script=""". /etc/os-release; echo "deb cdrom:[Debian GNU/Linux $VERSION_ID - Official \\
amd64 DVD]/ $VERSION_CODENAME main" >> /etc/apt/sources.list""",
    ),
)
