"""add-apt-repository is not there, and on Debian 13 no package brings it.

What you see: `E: Unable to locate package software-properties-common`, or `sudo:
add-apt-repository: command not found`.

Why it happens: older instructions enter Docker's repository with add-apt-repository. Debian has
dropped its package from release 13 on; minimal images of Ubuntu leave it out.

What to do: follow Docker's present page, which writes the source as a file and needs no such
command. On Ubuntu `sudo apt-get install software-properties-common` brings it.

What the remedy changes: nothing; the instructions are what has to change.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import NOT_FOUND, SHELL, answering

SCRIPT = """set -e
apt-get update -qq
apt-get install -y -qq ca-certificates curl software-properties-common >/dev/null
add-apt-repository "deb https://download.docker.com/linux/debian $(lsb_release -cs) stable\""""

PAIN = PainPoint(
    id="software-properties-common-gone",
    phase="install",
    title="add-apt-repository is missing",
    severity="major",
    cause="The command of older instructions is in no package of this release.",
    symptoms=(
        Symptom(r"Unable to locate package software-properties-common", "apt", weight=3),
        Symptom(r"No package matching 'software-properties-common' is", "Ansible", weight=3),
        Symptom(f"{SHELL}add-apt-repository: {NOT_FOUND}", "shells", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Write the source as Docker's page does, without that command.",
        commands=(
            "cat /etc/os-release",
            "ls /etc/apt/sources.list.d",
        ),
    ),
    references=(
        "https://docs.docker.com/engine/install/debian/#install-using-the-repository",
        "https://github.com/haxorof/ansible-role-docker-ce/issues/183",
    ),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-13",),
        # a team's own script, which follows Docker's page of 2019
        script=answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)
