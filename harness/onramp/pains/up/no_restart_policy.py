"""After a restart of the machine the stack is down: nothing told Docker to start it.

What you see: Docker runs, the page does not answer, and `docker compose ps --all` shows containers
that `Exited`, a moment before the machine went down.

Why it happens: Docker starts those containers with the machine whose restart policy is `always` or
`unless-stopped`. Without a policy, as in most examples, a container runs once. That is as it is
documented, and no fault of the host.

What to do: `docker compose up -d` starts them again. So that it need not be typed every morning,
give each service `restart: unless-stopped` in the compose file, and bring it up anew.

What the remedy changes: it starts the stack's containers again; what their volumes hold is kept.
"""

from onramp.journey.plan import Plan
from onramp.journey.stack_commands import compose
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import EVERY_SYSTEM


def _up(at: Situation) -> RemedyPlan | None:
    if at.platform is None or at.stack is None:
        return None
    return RemedyPlan((compose(Plan(at.facts, at.platform, at.stack, at.settings), "up -d"),))


PAIN = PainPoint(
    id="no-restart-policy",
    phase="up",
    title="The stack is down after a reboot",
    severity="minor",
    cause="Its containers have no restart policy, so nothing starts them with the machine.",
    symptoms=(
        Symptom(
            r"restart policy (?:no|on-failure): does not start with the machine",
            "docker inspect",
            steps=("after-reboot",),
            weight=3,
        ),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Start the stack again; give its services `restart: unless-stopped`.",
        cure=_up,
        commands=(
            "# in docker-compose.yml, under the service: restart: unless-stopped",
            "docker compose up -d",
        ),
    ),
    explains=("stop-timeout-sigkill",),  # of the way down, not of the morning
    references=(
        "https://docs.docker.com/engine/containers/start-containers-automatically/",
        "https://docs.docker.com/reference/compose-file/services/#restart",
    ),
    recipe=Recipe(images=EVERY_SYSTEM, reboot=True),
)
