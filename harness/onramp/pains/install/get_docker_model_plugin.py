"""The convenience script wants a plugin that this release has no package of.

What you see: `E: Unable to locate package docker-model-plugin` from get-docker.sh, and nothing
is installed.

Why it happens: the script of autumn 2025 installs docker-model-plugin everywhere. Docker builds
it for fewer releases and architectures than the engine, and apt installs all or nothing.

What to do: fetch the script again, in case it was mended; or install the packages by name,
without that one, as Docker's page says.

What the remedy changes: nothing.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering

SCRIPT = """set -e
apt-get -qq update
apt-get -y -qq install docker-ce docker-ce-cli containerd.io docker-compose-plugin \\
    docker-ce-rootless-extras docker-buildx-plugin docker-model-plugin"""

PAIN = PainPoint(
    id="get-docker-model-plugin",
    phase="install",
    title="docker-model-plugin cannot be found",
    severity="major",
    cause="Docker's script asks for a package that is not built for this release.",
    symptoms=(
        Symptom(r"Unable to locate package docker-model-plugin", "apt", weight=3),
        Symptom(r"No match for argument: docker-model-plugin", "dnf", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Fetch the script again, or install the packages by name.",
        commands=("curl -fsSL https://get.docker.com -o get-docker.sh",),
    ),
    explains=("apt-package-not-found",),
    references=("https://github.com/docker/docker-install/issues/509",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # what the script of that autumn came to, against a mirror that was made before it
        script="set_up_repository\n" + answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)
