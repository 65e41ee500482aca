"""The registry answers that it cannot.

What you see: `unexpected status code https://registry-1.docker.io/v2/…: 503 Service
Unavailable` (or 500, 502, 504, 522), also from auth.docker.io.

Why it happens: the registry, or what stands before it, is out of service. Nothing on this host
is at fault: the request arrived and was answered.

What to do: wait some minutes and try again; dockerstatus.com tells of Docker Hub's troubles.
Pipelines do better with a mirror or a cache of their own.

What the remedy changes: nothing.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering
from onramp.pains.build import STEPS

PAIN = PainPoint(
    id="registry-out-of-service",
    phase="build",
    title="The registry is out of service",
    severity="major",
    cause="The registry answered with a failure of its own.",
    symptoms=(
        Symptom(
            r"unexpected status[^\n]{1,300}: (?:50[0234]|52\d) [A-Z]",
            "",
            STEPS,
        ),
        Symptom(r"received unexpected HTTP status: 5\d\d", "dockerd", STEPS),
    ),
    remedy=Remedy(
        kind="human",
        summary="Wait, and try again.",
        commands=("curl -sSI https://registry-1.docker.io/v2/",),
    ),
    references=("https://www.dockerstatus.com/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # a registry behind a proxy that does not reach it
        script=answering(5000, "503 Service Unavailable", "text/html", "<h1>503</h1>"),
        before="build",
        stack={"Dockerfile": ("FROM python", "FROM localhost:5000/library/python")},
    ),
)
