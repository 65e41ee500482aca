"""The same repository is entered twice; apt only complains.

What you see: `W: Target Packages (stable/binary-amd64/Packages) is configured multiple times in
/etc/apt/sources.list.d/docker.list:1 and /etc/apt/sources.list.d/docker.sources:1`, several times
over. Everything still works.

Why it happens: an earlier installation wrote docker.list, today's page writes docker.sources, and
both name the same key. apt fetches the repository once and says so.

What to do: nothing has to be done. To be rid of it, keep docker.sources and remove docker.list. Do
not leave it for long: as soon as one of the two names another key, apt refuses to work at all.

What the remedy changes: nothing by itself; removing somebody's entry is for a person to decide.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import ENTRIES, set_aside

PAIN = PainPoint(
    id="apt-duplicate-sources-warning",
    phase="install",
    title="The same repository is entered twice",
    severity="notice",
    cause="Two files below /etc/apt name the same repository with the same key.",
    symptoms=(
        Symptom(
            r"^(?:W|Warning): Target \S+ \([^)\n]{1,200}\) is configured multiple times in ",
            "apt, all",
            weight=3,
            warning=True,
        ),
    ),
    probe=ENTRIES,
    remedy=Remedy(
        kind="ask",
        summary="Remove one of the two entries.",
        cure=set_aside,
        commands=("sudo rm /etc/apt/sources.list.d/docker.list", "sudo apt-get update"),
        side_effects="Changes package sources that somebody else wrote.",
    ),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/deb/debmetaindex.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # an earlier installation, with the same key in the same place
        script="""set_up_repository && cd /etc/apt/sources.list.d && rm docker.sources &&
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc]" \\
    "$REPOSITORY/debian $(. /etc/os-release; echo $VERSION_CODENAME) stable" > docker.list""",
    ),
)
