"""The program in the container listens where no published port leads.

What you see: the container runs, the port is published, and still `curl: (52) Empty reply from
server` or `curl: (56) Recv failure: Connection reset by peer`. The log says, for example, `Running
on http://127.0.0.1:5000` and nothing of all addresses.

Why it happens: 127.0.0.1 in a container is the container itself. Docker brings connections to its
other address, where nobody listens. Development servers (Flask, Vite, webpack) begin like this, to
keep strangers out. The right number under `ports:` has to be the port the program names, too.

What to do: have the program listen on all addresses of its container: `flask run --host=0.0.0.0` or
FLASK_RUN_HOST=0.0.0.0; other programs call it host, bind or listen address. Then build again:
`docker compose up -d --build`. Publish as `127.0.0.1:8000:8000` if only this host may ask.

What the remedy changes: the stack's own files, which are yours.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="app-listens-on-loopback",
    phase="verify",
    title="The app listens on 127.0.0.1, or on another port",
    severity="blocker",
    cause="The program accepts connections inside its container only, or on another port.",
    symptoms=(
        Symptom(r"on port \d+ it listens on [\w.:]{3,15} alone", "all", weight=3),
        Symptom(r"on port \d+ it listens on \S+ and \S+ alone", "all", weight=3),
        Symptom(r"nothing listens on port \d+, but on \d", "all", weight=3),
        Symptom(r"curl: \(52\) Empty reply from server", "curl", ("",), weight=1),
        Symptom(r"curl: \(56\) Recv failure: Connection reset", "curl", ("",), weight=1),
    ),
    remedy=Remedy(
        kind="human",
        summary="Have the app listen on 0.0.0.0, on the port that is published.",
        commands=("flask run --host=0.0.0.0", "docker compose up -d --build"),
    ),
    references=(
        "https://docs.docker.com/engine/network/port-publishing/",
        "https://flask.palletsprojects.com/en/stable/quickstart/#a-minimal-application",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"Dockerfile": ("FLASK_RUN_HOST=0.0.0.0", "FLASK_RUN_HOST=127.0.0.1")},
    ),
)
