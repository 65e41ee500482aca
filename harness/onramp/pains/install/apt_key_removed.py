"""apt-key is gone.

What you see: `apt-key: command not found` (or `sudo: apt-key: command not found`), where
instructions pipe a key into it.

Why it happens: apt-key put keys where they vouched for every source. It was deprecated in 2020
and is no longer part of apt 3 (Debian 13, Ubuntu 25.04 and later).

What to do: put the key into a file of its own and name it in the source, as Docker's page does:
/etc/apt/keyrings/docker.asc and `Signed-By`.

What the remedy changes: nothing; the instructions are what has to change.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import NOT_FOUND, SHELL, answering

SCRIPT = """set -e
apt-get update -qq
apt-get install -y -qq apt-transport-https ca-certificates curl >/dev/null
curl -fsSL ${DOWNLOAD_URL:-https://download.docker.com}/linux/debian/gpg | apt-key add -qq -"""

PAIN = PainPoint(
    id="apt-key-removed",
    phase="install",
    title="apt-key no longer exists",
    severity="major",
    cause="Older instructions use a command that apt 3 does not have.",
    symptoms=(
        Symptom(f"{SHELL}apt-key: {NOT_FOUND}", "apt >= 3", weight=3),
        Symptom(r"Failed to find required executable .?apt-key", "Ansible", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Keep the key in a file, and name it in the source.",
        commands=(
            "sudo install -m 0755 -d /etc/apt/keyrings",
            "sudo mv docker.asc /etc/apt/keyrings/",
        ),
    ),
    explains=("apt-missing-gpg-key",),
    references=("https://docs.docker.com/engine/install/debian/#install-using-the-repository",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-13", "debian-sid"),
        # a team's own copy of Docker's script, as that was until 2022
        script=answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)
