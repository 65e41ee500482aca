"""The Docker daemon cannot reach the registry that images come from.

What you see: `dial tcp: lookup registry-1.docker.io … no such host` (or server misbehaving, i/o
timeout, connection refused), `Client.Timeout exceeded while awaiting headers`, before anything of
your Dockerfile has run.

Why it happens: images are fetched by the daemon, on the host's network. A name server that does
not know the outside, a firewall, a network that is only reached through a proxy, IPv6 that leads
nowhere, or a country that the registry does not serve may be in the way.

What to do: try it as the host does: `curl -sS https://registry-1.docker.io/v2/` (401 is fine),
likewise auth.docker.io. If that fails, mend /etc/resolv.conf or the firewall, or tell the daemon
the proxy or mirror of your network. If it works, restart Docker: its resolver may be an old one.

What the remedy changes: a timeout is waited for and tried again twice; nothing else is touched.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.build import DAEMON, LAB, NETWORK, NO_MIRROR, PRUNE, STEPS

PROBE = "curl -sS -m 10 -o /dev/null -w '%{http_code}\\n' https://registry-1.docker.io/v2/; true"
PASSING = re.compile(r"timeout|Timeout|connection reset|deadline exceeded|: EOF$", re.MULTILINE)


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.split("\n") if situation.probe else []
    return True if "000" in said else None


def _wait(situation: Situation) -> RemedyPlan | None:
    attempt = situation.attempt
    passes = attempt and attempt.number < 3 and PASSING.search(attempt.outcome.text)
    return RemedyPlan(wait_s=10.0) if passes else None


PAIN = PainPoint(
    id="daemon-dns-or-network-failure",
    phase="build",
    title="The daemon cannot reach the registry",
    severity="blocker",
    cause="The daemon's requests to the registry are not answered from this host's network.",
    symptoms=(
        Symptom(r"dial tcp: lookup [a-z0-9-]{4,20}\.docker\.io", "all", STEPS, weight=3),
        Symptom(NETWORK, "BuildKit, containerd", STEPS),
        Symptom(DAEMON, "dockerd", STEPS),
        Symptom(
            r"dial tcp \[[0-9a-f:]+\]:443: connect: (?:network is unr|cannot assign)",
            "dockerd",
            STEPS,
        ),
    ),
    probe=Command(PROBE),
    confirm=_confirmed,
    remedy=Remedy("safe", "Wait and try again; else mend the host's network.", _wait),
    references=("https://docs.docker.com/docker-hub/troubleshoot/",),
    recipe=Recipe(
        LAB,
        # no mirror, and a name server that is not there (its address is for documentation)
        PRUNE + "echo nameserver 192.0.2.1 > /etc/resolv.conf",
        starts="ready",
        settings=NO_MIRROR,
    ),
)
