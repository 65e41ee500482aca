"""A service's health check never passes, and those that wait for it do not start.

What you see: `dependency failed to start: container … is unhealthy`, or `(unhealthy)` in `docker
ps` while the container runs.

Why it happens: Docker runs the check's command inside the container. Often that command is not
there (small images have neither curl nor wget), asks localhost where the program listens on IPv4
alone, or is too early: on a small host the program needs longer than the retries last. Or the
service is really ill.

What to do: see what the check itself says: `docker inspect -f '{{json .State.Health}}' CONTAINER`.
Use a command that the image has, such as `redis-cli ping` or `python -c` with urllib; ask
127.0.0.1; allow for a slow start with `start_period: 60s`.

What the remedy changes: the stack's own files, which are yours.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

ASK = (
    "docker ps -aq -f health=unhealthy | xargs -r docker inspect"
    " -f '{{.Name}} {{.State.Health.Status}}"
    "{{range .State.Health.Log}}{{println}}{{.Output}}{{end}}' | tail -c 4000"
)

DEPENDS = "      - redis\n\n  redis:\n"
CHECKED = """      redis: {condition: service_healthy}

  redis:
    healthcheck: {test: "curl -f http://localhost:6379", interval: 1s, retries: 3}
"""


def _ill(situation: Situation) -> bool | None:
    return True if situation.probe and "unhealthy" in situation.probe.stdout else None


PAIN = PainPoint(
    id="service-unhealthy",
    phase="verify",
    title="A health check never passes",
    severity="blocker",
    cause="The check that the stack defines for a service fails, or its command is not there.",
    symptoms=(
        Symptom(r"\bcontainer \S+ is unhealthy", "Compose >= 2", weight=3),
        Symptom(r"^service \S+: \S+ running, unhealthy", "all", weight=3),
        Symptom(r"container \S+ has no healthcheck configured", "Compose >= 2", weight=3),
        Symptom(r"^service \S+ didn't complete successfully: exit", "Compose >= 2", weight=3),
    ),
    probe=Command(ASK),
    confirm=_ill,
    remedy=Remedy("human", "Correct the health check, or give the service more time."),
    references=("https://docs.docker.com/reference/compose-file/services/#healthcheck",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"docker-compose.yml": (DEPENDS, CHECKED)},
    ),
)
