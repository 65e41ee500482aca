"""Docker's own name server answers that it misbehaves.

What you see: `lookup db on 127.0.0.11:53: server misbehaving` from a program in a container,
though the service runs.

Why it happens: 127.0.0.11 is the name server that Docker gives to containers. Engine 29.1.0
answered so for names whose other record type was missing; elsewhere it passes on what the
host's own servers answer to a name that is no service.

What to do: `docker version`: with 29.1.0 update. Else check the name: it has to be a service on
the same network, and `docker compose ps` has to show it running.

What the remedy changes: nothing; updating the engine restarts containers, so a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="embedded-dns-server-misbehaving",
    phase="verify",
    title="Docker's name server misbehaves",
    severity="major",
    cause="The engine's embedded name server answered with a failure.",
    symptoms=(
        Symptom(r"lookup \S{1,200} on 127\.0\.0\.11:53: server misbehaving", "Go", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Update the engine; else mend the service's name.",
        commands=(
            "docker version",
            "docker compose ps",
        ),
    ),
    references=("https://github.com/moby/moby/issues/51614",),
)
