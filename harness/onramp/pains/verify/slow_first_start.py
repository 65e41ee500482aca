"""The program is not ready yet.

What you see: refused or reset connections right after `docker compose up -d`; `timeout waiting for
dependencies` or `application not healthy after …` from `up --wait`; a minute later all is well.

Why it happens: `up -d` returns when containers have been started, not when the programs in them
answer. On a small host the first start takes long: caches are cold, databases set up their files.

What to do: wait and ask again, for instance with `curl --retry 20 --retry-delay 3
--retry-all-errors http://localhost:8000/`. To have Compose wait: a `healthcheck` with a generous
`start_period`, then `docker compose up -d --wait`.

What the remedy changes: nothing; it waits.
"""

import re

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PATIENCE_S = 300  # after that, a program that does not listen is not merely slow

SLOW = """RETRIES = 5
time.sleep(max(0, __import__("os").stat(__file__).st_mtime + 72 - time.time()))
"""


def _wait(situation: Situation) -> RemedyPlan | None:
    if situation.attempt is None or situation.step not in ("up", "verify"):
        return None  # other steps would start it anew
    since = re.search(r", (\d{1,9}) s after it was started", situation.attempt.text)
    early = int(since[1]) < PATIENCE_S if since else situation.attempt.number < 4
    return RemedyPlan(wait_s=10.0) if early else None


PAIN = PainPoint(
    id="slow-first-start",
    phase="verify",
    title="The first start is slow",
    severity="minor",
    cause="The container runs, and the program in it is not yet listening.",
    symptoms=(
        Symptom(r"nothing listens on port \d+, \d+ s after it was started", "all", weight=3),
        Symptom(r"^service \S+: \S+ running, starting", "all"),
        Symptom(r"timeout waiting for dependencies", "Compose >= 2.17", weight=3),
        Symptom(r"application not healthy after ", "Compose >= 2.17", weight=3),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Wait, and ask again.",
        cure=_wait,
        commands=("curl --retry 20 --retry-delay 3 --retry-all-errors http://localhost:8000/",),
    ),
    references=("https://docs.docker.com/compose/how-tos/startup-order/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"app.py": ("RETRIES = 5\n", SLOW)},
    ),
)
