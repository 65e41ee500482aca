"""Docker's repository is entered twice, with two different keys.

What you see: `E: Conflicting values set for option Signed-By regarding source
https://download.docker.com/linux/debian/ bookworm: A != B`, then `E: The list of sources could not
be read.` No apt command works any more, whatever it is about.

Why it happens: an earlier installation left an entry of its own (docker.list, with docker.gpg or
docker-archive-keyring.gpg), and following today's page added docker.sources with docker.asc. apt
reads all of them together, and one repository can have one key only.

What to do: `grep -rn docker /etc/apt/sources.list /etc/apt/sources.list.d/` shows the entries.
Keep the one the page describes, put the other out of the way, then `sudo apt-get update`.

What the remedy changes: the other entries are commented out, or their file renamed to end in .bak,
which apt passes over. They are somebody else's files, so it asks.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.install import ENTRIES, IN_ANY_LANGUAGE, KEY, E, owner, set_aside


def _foreseen(situation: Situation) -> str | None:
    packages, docker = known(situation.facts.packages) or {}, situation.settings.docker
    if docker.method not in ("auto", "repository") or "docker-ce" in packages:
        return None
    for line in known(situation.facts.apt_sources) or ():
        urls = [word for word in line.split() if "://" in word] if line.startswith("deb ") else []
        if urls and owner(urls[0], situation) == "docker" and f"signed-by={KEY}" not in line:
            return f"Docker's repository is entered already, with another key: {line}"
    return None


PAIN = PainPoint(
    id="apt-conflicting-signed-by",
    phase="install",
    title="Docker's repository is entered twice, with different keys",
    severity="blocker",
    cause="An older entry for Docker's repository names another key than the present one.",
    symptoms=(
        Symptom(rf"{E}Conflicting values set for option Signed-By regarding", "apt", weight=3),
        Symptom(rf"{IN_ANY_LANGUAGE}[^\n]{{1,80}}Signed-By[^\n]{{1,200}} != ", "apt"),
    ),
    foresee=_foreseen,
    probe=ENTRIES,
    remedy=Remedy(
        kind="ask",
        summary="Keep one entry for Docker's repository and put the others out of the way.",
        cure=set_aside,
        commands=("cd /etc/apt/sources.list.d; sudo mv docker.list docker.list.bak",),
        side_effects="Changes package sources that somebody else wrote.",
    ),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/deb/debmetaindex.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # what the page told people to do some years ago
        script="""set_up_repository && cd /etc/apt && mv keyrings/docker.asc keyrings/old.asc &&
rm sources.list.d/docker.sources && echo "deb [signed-by=/etc/apt/keyrings/old.asc]" \\
    "$REPOSITORY/debian $(. /etc/os-release; echo $VERSION_CODENAME) stable" > \\
    sources.list.d/docker.list""",
    ),
)
