"""Stopping takes ten seconds a container, and ends with a kill.

What you see: `docker compose stop` seems to hang for ten seconds; `docker compose ps -a` then
lists the service as `exited (137)`.

Why it happens: Docker sends SIGTERM to the container's first process and, ten seconds later,
SIGKILL, which is what 137 stands for (128 + 9). Process 1 has no default reaction to SIGTERM, so
a program that installs no handler, or a shell in between that passes no signal on, never hears
it. A Python web server started as the container's command is such a program.

What to do: nothing is broken, and the data of a well-behaved service is safe. Give the service
`init: true` in the compose file, start programs in the exec form of CMD, or name the signal the
program listens for with `stop_signal`. A program that needs longer gets `stop_grace_period`.

What the remedy changes: only the stack's own files, which are yours.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import EVERY_SYSTEM


def _go_on(_: Situation) -> RemedyPlan:
    return RemedyPlan(then="continue")


PAIN = PainPoint(
    id="stop-timeout-sigkill",
    phase="stop",
    title="Stop takes 10 s, then kills (exit 137)",
    severity="minor",
    cause="The container's first process ignores SIGTERM, so it is killed after the grace period.",
    symptoms=(
        Symptom(r"\b[Ee]xited \(137\)", "all", steps=("", "stop", "down"), weight=3),
        Symptom(r"exited with code 137", "all", steps=("stop", "down")),
        Symptom(r"failed to exit within \S+ of signal \d+ - using the force", "all", weight=3),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Add `init: true` to the service, or handle SIGTERM in it.",
        cure=_go_on,
        commands=("# in docker-compose.yml, under the service that was killed: init: true",),
    ),
    references=(
        "https://docs.docker.com/reference/compose-file/services/#stop_grace_period",
        "https://github.com/moby/moby/blob/master/daemon/stop.go",
    ),
    recipe=Recipe(
        images=EVERY_SYSTEM,
    ),
)
