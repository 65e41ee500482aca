"""Containers of this project belong to no service any more.

What you see: `Found orphan containers ([…]) for this project`, while the command succeeds.

Why it happens: Compose tells its containers by the project's name, which is the directory's name
unless you give one. Rename or remove a service, and its old container is left over; start another
stack from a directory of the same name, and each takes the other's containers for orphans.

What to do: look at `docker compose ls -a` and `docker ps -a`. If the orphan is an old service of
yours, `docker compose up -d --remove-orphans` removes it. If it is somebody else's, give your stack
a name of its own: `name:` at the top of the compose file, or `-p NAME`. An orphan keeps the
project's network in use, so that `docker compose down` cannot remove it.

What the remedy changes: it deletes the orphaned containers, which may be another stack's; so a
person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="orphan-containers",
    phase="up",
    title="Orphan containers of the project",
    severity="notice",
    cause="The project has containers of services that the compose file does not know.",
    symptoms=(Symptom(r"Found orphan containers \(", "1.29, 2.0 to 5", weight=3, warning=True),),
    remedy=Remedy(
        kind="human",
        summary="Remove the orphans if they are yours, or give the stack its own name.",
        commands=("docker compose ls -a", "docker compose up -d --remove-orphans"),
        side_effects="Deletes containers, perhaps those of another stack with the same name.",
    ),
    explains=("down-network-in-use",),
    references=("https://docs.docker.com/reference/cli/docker/compose/up/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        # the same project had another service yesterday
        script="""cd /home/newcomer/onramp/hello-world && printf '%s\\n' 'services:' '  cache:' \\
    '    image: redis:alpine' > /tmp/yesterday.yml &&
docker compose -p onramp-hello-world -f /tmp/yesterday.yml --project-directory . up -d""",
    ),
)
