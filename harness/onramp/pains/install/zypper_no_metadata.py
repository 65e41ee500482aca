"""Docker's repository has nothing for this SUSE release.

What you see: `Repository 'docker-ce' is invalid. … Valid metadata not found at specified URL`, or
`[docker-ce|https://…] Repository type can't be determined.`

Why it happens: Docker publishes packages for SLES on s390x alone; openSUSE and other machines
find an empty directory there.

What to do: `sudo zypper removerepo docker-ce`, then `sudo zypper install docker docker-compose`
from SUSE.

What the remedy changes: package sources that somebody added; a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="zypper-no-metadata",
    phase="install",
    title="No packages for this SUSE release",
    severity="blocker",
    cause="The repository that was added holds nothing for this release and machine.",
    symptoms=(
        Symptom(r"Valid metadata not found at specified URL", "zypper", weight=3),
        Symptom(r"Repository type can't be determined", "zypper >= 1.14", weight=2),
    ),
    remedy=Remedy(
        kind="human",
        summary="Remove the repository, and take SUSE's packages.",
        commands=(
            "sudo zypper removerepo docker-ce",
            "sudo zypper install docker docker-compose",
        ),
    ),
    references=("https://docs.docker.com/engine/install/",),
    affects=("suse",),
    recipe=Recipe(
        images=("suse-like",),
        script="printf '%s\\n' '[docker-ce]' name=Docker enabled=1 autorefresh=1 gpgcheck=1 "
        '"baseurl=$REPOSITORY/sles/16/x86_64/stable" > /etc/zypp/repos.d/docker-ce.repo',
    ),
)
