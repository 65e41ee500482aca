"""A container ends as soon as it is started, again and again.

What you see: `docker ps -a` says `Restarting (1) 5 seconds ago` or `Exited (1)`; `Container … is
restarting, wait until the container is running` answers a `docker exec`.

Why it happens: the program in it stops at once, with an error: a module is missing, a variable is
not set, a file cannot be read, something it needs is not there yet. `restart: always` starts it
again, with longer and longer pauses. Docker itself is all right.

What to do: read the program's last words: `docker compose logs --tail 50 SERVICE`. The cause is in
them, most often in the last lines. To look around in the image, start it with a shell instead:
`docker compose run --rm --entrypoint sh SERVICE`. After the correction: `docker compose up -d
--build`.

What the remedy changes: whatever you correct; only you know what the program needs.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

SEEN = ("", "up", "verify")

PAIN = PainPoint(
    id="container-restart-loop",
    phase="verify",
    title="A container restarts or exits at once",
    severity="blocker",
    cause="The program in the container ends with an error right after its start.",
    symptoms=(
        Symptom(r"^service \S+: \S+ restarting \([1-9]", "all", SEEN),
        Symptom(r"^service \S+: [^\n]{1,120}, restarted \d+ times", "all", SEEN),
        Symptom(r"Restarting \([1-9]\d*\) ", "docker ps", SEEN),
        Symptom(r"is restarting, wait until the container is running", "docker exec", weight=3),
        # a program that ended once has said why: its words are shown, and nothing is looped
        Symptom(r"container \S+ exited \([1-9]\d*\)", "Compose >= 2.17", ("",), weight=1),
        Symptom(r"\bExited \([1-9]\d*\) ", "docker ps", ("",), weight=1),
    ),
    remedy=Remedy(
        kind="human",
        summary="Read the container's last words and correct what they name.",
        commands=("docker compose ps -a", "docker compose logs --tail 50"),
    ),
    references=("https://docs.docker.com/engine/containers/start-containers-automatically/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "    depends_on:\n",
                "    restart: always\n    environment:\n      FLASK_APP: ap.py\n    depends_on:\n",
            )
        },
    ),
)
