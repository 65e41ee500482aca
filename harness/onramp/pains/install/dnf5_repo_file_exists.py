"""dnf5 does not write a repository file that is there already.

What you see: `File "/etc/yum.repos.d/docker-ce.repo" already exists and configures repositories
with IDs "docker-ce-stable …". Add "--overwrite" to overwrite.`

Why it happens: `dnf config-manager addrepo` of dnf5 refuses where dnf 4 wrote anew. Somebody,
or the script before, has entered the repository.

What to do: nothing needs to be done if the file is Docker's: go on with the installation. To
write it anew add `--overwrite`.

What the remedy changes: a file that somebody wrote; a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering

SCRIPT = "dnf config-manager addrepo --from-repofile=$DOWNLOAD_URL/linux/fedora/docker-ce.repo"

PAIN = PainPoint(
    id="dnf5-repo-file-exists",
    phase="install",
    title="The repository is entered already",
    severity="minor",
    cause="docker-ce.repo exists, and dnf5 does not overwrite it.",
    symptoms=(
        Symptom(r'repo" already exists and configures repositories with IDs', "dnf5", weight=3),
        Symptom(r'Add "--overwrite" to overwrite', "dnf5", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Go on, or add --overwrite.",
        commands=("cat /etc/yum.repos.d/docker-ce.repo",),
    ),
    references=("https://docs.docker.com/engine/install/fedora/",),
    affects=("rhel",),
    recipe=Recipe(
        images=("fedora-like",),
        # the repository was entered by hand; a team's own script then does what Docker's page says
        script="mkdir -p /etc/yum.repos.d && "
        "curl -fsSL $REPOSITORY/fedora/docker-ce.repo -o /etc/yum.repos.d/docker-ce.repo\n"
        + answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)
