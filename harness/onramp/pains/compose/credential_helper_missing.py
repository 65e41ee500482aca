"""docker asks a credential helper that is not there, or cannot work over SSH.

What you see: `error getting credentials - err: exec: "docker-credential-desktop": executable file
not found in $PATH`, or `error getting credentials - err: exit status 1` followed by a complaint
about D-Bus, X11 or gpg, and that even for public images.

Why it happens: `credsStore` in ~/.docker/config.json names a program that keeps passwords. It was
put there by Docker Desktop or copied from another machine, and every pull asks it first. Helpers
for a desktop's keyring start, but find no desktop in a session over SSH.

What to do: remove the line with credsStore (or the one in credHelpers) from ~/.docker/config.json,
or install the helper. `docker login` then keeps passwords in that file, unencrypted. For public
images an empty directory does as well: `DOCKER_CONFIG=$(mktemp -d) docker compose pull`.

What the remedy changes: only Onramp's own commands: they use a configuration of their own in
~/onramp/.docker. Yours stays as it is; logins kept there are not used.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.compose import helper_missing


def _apart(situation: Situation) -> RemedyPlan | None:
    home = known(situation.facts.home)
    env = {"DOCKER_CONFIG": f"{home}/onramp/.docker"}
    return RemedyPlan(then="replan", settings={"stack.env": env}) if home else None


PAIN = PainPoint(
    id="credential-helper-missing",
    phase="compose",
    title="Credential helper missing, or without its keyring",
    severity="major",
    cause="The helper named by credsStore is not installed, or has no keyring in this session.",
    symptoms=(
        Symptom(r'exec: "docker-credential-\S{1,60}": executable file not found', "all", weight=3),
        Symptom(r"error (?:getting|listing|storing) credentials - err: ", "all", weight=3),
        Symptom(r"Credentials store \S{0,20}docker-credential-\S{1,60} exited", "1.x", weight=3),
        Symptom(r"Cannot autolaunch D-Bus without X11", "docker-credential-secretservice"),
        Symptom(
            r"docker-credential-\S{1,60}: (?:Invalid arg|cannot exec|exec form|No such)", weight=3
        ),
        Symptom(
            r"docker-credential-\S{1,60} not installed or not available", "docker-py", weight=3
        ),
    ),
    foresee=helper_missing,
    probe=Command("grep -E 'credsStore|credHelpers' ~/.docker/config.json; true"),
    remedy=Remedy(
        kind="safe",
        summary="Use a client configuration without the helper.",
        cure=_apart,
        commands=("DOCKER_CONFIG=$(mktemp -d) docker compose pull",),
    ),
    references=("https://docs.docker.com/reference/cli/docker/login/#credential-stores",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like", "alpine-3.23"),
        starts="ready",
        # a home directory that came from a desktop, and an image still to be pulled
        script="""install -d -o newcomer -g newcomer /home/newcomer/.docker
echo '{"auths": {}, "credsStore": "secretservice"}' > /home/newcomer/.docker/config.json
docker rmi redis:alpine""",
    ),
)
