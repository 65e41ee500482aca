"""The registry mirror that the daemon is told to use does not work.

What you see: pulls fail though the internet is there; `server gave HTTP response to HTTPS client`;
`unexpected status from HEAD request to …: 403 Forbidden`; the daemon stops at `invalid mirror`.

Why it happens: daemon.json names a mirror that has closed (many public ones did in 2024), speaks
HTTP where HTTPS is expected, or has a path, which is not allowed. So may an image's own registry.

What to do: `docker info` lists the mirrors. Ask each: `curl -i http://MIRROR/v2/`. Take dead ones
out of /etc/docker/daemon.json and restart Docker. A registry without TLS has to stand under
`insecure-registries` too, which is for networks you trust.

What the remedy changes: dead mirrors leave daemon.json, and restarting interrupts containers.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import daemon_json
from onramp.pains.build import LAB, PRUNE, SHARED, STEPS, rewritten

STATUS = r"unexpected status(?: code| from [A-Z]{3,4} request to) \S+: (?:403|5\d\d)"
DEAD = {"docker.daemon": {"registry-mirrors": ["http://127.0.0.1:5999"]}}
OWN = r"invalid mirror: |server gave HTTP response to HTTPS client"
ASK = """for m in $(docker info -f '{{range .RegistryConfig.Mirrors}}{{println .}}{{end}}'); do
curl -sS -m 8 -o /dev/null -w "%{http_code} $m\\n" "${m%/}/v2/"; done; true"""


def _dead(situation: Situation) -> set[str]:
    said = situation.probe.stdout if situation.probe else ""
    return {url.rstrip("/") for url in re.findall(r"^(?:000|403|5\d\d) (\S+)$", said, re.M)}


def _confirmed(situation: Situation) -> bool:
    said = situation.attempt.text if situation.attempt else ""
    return bool(_dead(situation) or re.search(OWN, said))


def _drop(situation: Situation) -> RemedyPlan | None:
    dead, listed = _dead(situation), daemon_json(situation.facts).get("registry-mirrors", ())
    kept = [url for url in listed if str(url).rstrip("/") not in dead]
    return rewritten(situation, {"registry-mirrors": kept}) if dead else None


PAIN = PainPoint(
    id="registry-mirror-misconfigured",
    phase="build",
    title="A registry mirror that does not work",
    severity="blocker",
    cause="daemon.json names a registry that is gone, refuses, or speaks another protocol.",
    symptoms=(Symptom(OWN, "all", weight=3), Symptom(STATUS, "BuildKit", STEPS, 1), *SHARED),
    probe=Command(ASK, as_root=True, display="docker info; curl MIRROR/v2/"),
    confirm=_confirmed,
    remedy=Remedy("ask", "Take the dead mirrors out of daemon.json and restart.", _drop),
    explains=("daemon-dns-or-network-failure", "daemon-json-invalid", "daemon-not-running"),
    references=("https://docs.docker.com/docker-hub/image-library/mirror/",),
    recipe=Recipe(LAB, PRUNE, starts="ready", settings=DEAD),
)
