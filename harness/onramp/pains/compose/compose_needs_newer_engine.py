"""The compose file asks for what only a newer engine can do.

What you see: `volume with type=image require Docker Engine v28 or later`, `interface_name
requires Docker Engine v28.1 or later` and their like.

Why it happens: Compose knows the element, and asks the engine for its version first. The
distribution's engine is older than the Compose plugin.

What to do: `docker version` shows both. Update the engine from Docker's repository, or leave
the element out.

What the remedy changes: nothing; an engine's update restarts containers, so a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="compose-needs-newer-engine",
    phase="compose",
    title="The engine is too old for the compose file",
    severity="blocker",
    cause="An element of the compose file needs a newer engine.",
    symptoms=(
        Symptom(r"requires? Docker Engine v\d+[\d.]* or later", "Compose >= 2.33", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Update the engine, or leave the element out.",
        commands=("docker version",),
    ),
    references=(
        "https://docs.docker.com/reference/compose-file/",
        "https://github.com/docker/compose/blob/main/pkg/compose/create.go",
    ),
    recipe=Recipe(
        images=("debian-12",),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "  redis:\n",
                "  redis:\n    healthcheck: {test: redis-cli ping, start_interval: 1s}\n",
            )
        },
        settings={"docker.method": "distribution"},
    ),
)
