"""DOCKER_HOST or a context sends docker somewhere else.

What you see: `Cannot connect to the Docker daemon at tcp://…` (or ssh://…, or a socket below
/run/user) while the engine runs here; a warning that `DOCKER_HOST environment variable overrides
the active context`; `unable to resolve docker endpoint`.

Why it happens: a tutorial for minikube, a remote server or rootless Docker had you put
`export DOCKER_HOST=…` into .bashrc or .profile, or chose another context, and that still holds
for every new session. sudo drops the variable, so that with sudo everything works.

What to do: `env | grep DOCKER_` and `docker context ls` show it. For one command: `env -u
DOCKER_HOST docker --context default ps`. For good: delete the line from the file it stands in and
log in again, or `docker context use default`.

What the remedy changes: it comments out that line, keeping the old file as *.before-onramp, or
goes back to the default context. Somebody may want it elsewhere, so it asks first.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.compose import SETTINGS, elsewhere, lead_back, leads_elsewhere

PAIN = PainPoint(
    id="docker-host-leftover",
    phase="compose",
    title="DOCKER_HOST or a context points elsewhere",
    severity="major",
    cause="A setting of this login sends the docker command to another engine.",
    symptoms=(
        Symptom(r"(?:Docker daemon|docker API) at (?:tcp|ssh|https?)://", "all", weight=3),
        Symptom(r"(?:Docker daemon|docker API) at unix:///run/user/\d+/docker\.sock", "all"),
        Symptom(r"unable to resolve docker endpoint: ", "all", weight=3),
        Symptom(
            r" at unix://\S*/(?:podman/podman|\.colima/\S*|\.rd/docker|\.lima/\S*)\.sock", weight=3
        ),
        Symptom(r'Current context "[^"\n]{1,80}" is not found on the file', "<= 28", weight=3),
        Symptom(r"make sure the URL is valid, and Docker 18\.09", "ssh://", weight=3),
        Symptom(r"DOCKER_HOST environment variable overrides the active", ">= 20", warning=True),
    ),
    foresee=elsewhere,
    probe=SETTINGS,
    confirm=leads_elsewhere,
    remedy=Remedy(
        kind="ask",
        summary="Take the setting away, so that docker talks to this host's engine.",
        cure=lead_back,
        commands=("env | grep DOCKER_", "unset DOCKER_HOST", "docker context use default"),
        side_effects="Scripts of this login that rely on the other engine reach this one.",
    ),
    explains=("daemon-not-running",),
    references=("https://docs.docker.com/engine/manage-resources/contexts/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        script="sed -i '1i export DOCKER_HOST=tcp://127.0.0.1:2375' /home/newcomer/.bashrc",
    ),
)
