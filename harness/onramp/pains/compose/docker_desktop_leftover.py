"""Docker Desktop is gone, its context is still the chosen one.

What you see: `Cannot connect to the Docker daemon at unix:///home/you/.docker/desktop/docker.sock`
(since 29: `failed to connect to the docker API at …`), although the engine runs; or `Current
context "desktop-linux" is not found on the file system`.

Why it happens: Docker Desktop makes a context of its own, desktop-linux, chooses it in
~/.docker/config.json and sets itself up as credential helper there. Removing it, or copying the
home directory to a server, leaves both lines behind.

What to do: `docker context use default` leads back to the engine of this host. If the file still
names `"credsStore": "desktop"`, take that line out as well, or every pull fails next.

What the remedy changes: which context your docker command uses from now on; so it asks first. If
Docker Desktop is only switched off, start it instead.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.compose import desktop_chosen

CONTEXTS = Command("docker context ls; grep -E 'credsStore|Context' ~/.docker/config.json; true")


def _back(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command("docker context use default"),))


PAIN = PainPoint(
    id="docker-desktop-leftover",
    phase="compose",
    title="Docker Desktop left its context behind",
    severity="major",
    cause="The docker command still looks for Docker Desktop, which is not there.",
    symptoms=(
        Symptom(
            r"(?:at unix://|dial unix )/\S{1,200}/\.docker/desktop/docker\.sock", "all", weight=3
        ),
        Symptom(r'context "desktop-linux"(?: is not found|: context not found)', "all", weight=3),
    ),
    foresee=desktop_chosen,
    probe=CONTEXTS,
    remedy=Remedy(
        kind="ask",
        summary="Go back to the context of this host's engine.",
        cure=_back,
        commands=("docker context use default",),
        side_effects="The user's docker command talks to another engine from then on.",
    ),
    explains=("daemon-not-running", "docker-host-leftover"),
    references=("https://docs.docker.com/desktop/setup/install/linux/#context",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # what Docker Desktop does when it is set up
        script="""su - newcomer -c 'docker context create desktop-linux \\
  --docker host=unix:///home/newcomer/.docker/desktop/docker.sock &&
  docker context use desktop-linux'""",
    ),
)
