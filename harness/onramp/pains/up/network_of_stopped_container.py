"""A container is to share the network of one that does not run.

What you see: `cannot join network namespace of a non running container: container vpn is
exited`.

Why it happens: `network_mode: service:vpn` (or `container:…`) gives a container the network of
another. That one has ended, or was not started first.

What to do: `docker compose ps -a` and `docker compose logs vpn` tell why it ended; mend that
first. `depends_on` with `condition: service_healthy` keeps the order.

What the remedy changes: nothing; the other container's trouble has to be mended.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="network-of-stopped-container",
    phase="up",
    title="The container whose network is shared is down",
    severity="blocker",
    cause="The other container, whose network this one uses, is not running.",
    symptoms=(
        Symptom(
            r"cannot join network (?:namespace )?of a non[ -]running container", "all", weight=3
        ),
    ),
    remedy=Remedy(
        kind="human",
        summary="Mend the other container, and start it first.",
        commands=(
            "docker compose ps -a",
            "docker compose logs SERVICE",
        ),
    ),
    references=("https://docs.docker.com/reference/compose-file/services/#network_mode",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # a service beside a helper that ends at once
        stack={
            "docker-compose.yml": (
                "image: redis:alpine",
                "image: redis:alpine\n    network_mode: container:vpn",
            )
        },
        script="docker run --name vpn redis:alpine true",
    ),
)
