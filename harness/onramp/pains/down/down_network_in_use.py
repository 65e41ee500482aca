"""down leaves the network behind: somebody else is attached to it.

What you see: `Network hello_default  Resource is still in use`, with exit code 0; from older
Compose and from `docker network rm`: `network hello_default has active endpoints`.

Why it happens: a network goes only when no container is attached. A reverse proxy or a monitor
that you connected by hand, another project that names the network as external, or a container of
an older version of the compose file is still on it.

What to do: `docker network inspect hello_default` lists who is there. Take that container down or
disconnect it, and repeat `docker compose down`; for containers of your own project that the file
no longer names, add --remove-orphans. If the network is shared on purpose, it may stay.

What the remedy changes: it disconnects containers of others, which then no longer reach the names
on that network; so it asks first.
"""

import re
import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

WHO = Command(
    "for n in $(docker network ls -q --filter label=com.docker.compose.project); do docker network"
    " inspect -f '{{.Name}}{{range .Containers}} {{.Name}}{{end}}' $n; done; true",
    display="docker network inspect",
)


def _disconnect(situation: Situation) -> RemedyPlan | None:
    said = situation.attempt.text if situation.attempt else ""
    rows = [row.split() for row in (situation.probe.stdout if situation.probe else "").split("\n")]
    busy = [row for row in rows if row and re.search(rf"(?i)network {re.escape(row[0])} ", said)]
    pairs = [f"{shlex.quote(row[0])} {shlex.quote(name)}" for row in busy for name in row[1:]]
    actions = tuple(Command(f"docker network disconnect {pair}") for pair in pairs)
    return RemedyPlan(actions=actions) if actions else None


PAIN = PainPoint(
    id="down-network-in-use",
    phase="down",
    title="down cannot remove the network",
    severity="minor",
    cause="A container outside the project is attached to the project's network.",
    symptoms=(
        Symptom(r"Network \S{1,200} +Resource is still in use", ">= 2.18", weight=3, warning=True),
        Symptom(r"network \S{1,200} (?:id \S{1,80} )?has active endpoints", "all", weight=3),
        Symptom(r"network \S{1,200} is still in use and was left in place", "Compose 5", weight=3),
    ),
    probe=WHO,
    remedy=Remedy("ask", "Disconnect what is attached.", _disconnect, ("docker network inspect",)),
    references=("https://docs.docker.com/reference/cli/docker/network/disconnect/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="down",
        script="docker run -d --name monitor --network onramp-hello-world_default redis:alpine",
    ),
)
