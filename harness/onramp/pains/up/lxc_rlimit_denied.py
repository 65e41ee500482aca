"""In a container of LXC, limits may not be raised.

What you see: `error setting rlimit type 8: operation not permitted` (8 is locked memory, 7 open
files), and the container does not start.

Why it happens: the compose file has `ulimits:`, or daemon.json default ones, above the limit of
the outer container. Without rights on the host outside nobody in it may raise them.

What to do: leave `ulimits:` out or lower it; or raise the limit outside: `lxc.prlimit.memlock =
unlimited` in the container's configuration on the host.

What the remedy changes: the host outside, which is not yours to change from here.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="lxc-rlimit-denied",
    phase="up",
    title="A limit may not be raised here",
    severity="blocker",
    cause="The outer container's limits are lower than those that are asked for.",
    symptoms=(
        Symptom(
            r"error setting rlimit(?: type \d+|s)[^\n]{0,60}: operation not permitted",
            "runc",
            weight=3,
        ),
    ),
    remedy=Remedy(
        kind="human",
        summary="Leave ulimits out, or raise the limit on the host outside.",
        commands=("ulimit -Ha",),
    ),
    references=("https://docs.docker.com/reference/compose-file/services/#ulimits",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # an outer container that keeps the right to raise limits to itself
        boot=("--drop-capability=CAP_SYS_RESOURCE",),
        stack={
            "docker-compose.yml": (
                "    depends_on:\n",
                "    ulimits: {memlock: 137438953472}\n    depends_on:\n",
            )
        },
    ),
)
