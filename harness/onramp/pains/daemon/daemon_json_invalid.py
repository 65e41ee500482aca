"""The daemon cannot read its configuration, so it does not start.

What you see: `Cannot connect to the Docker daemon`, and in its log `unable to configure the Docker
daemon with file /etc/docker/daemon.json:` or `the following directives don't match any …`.

Why it happens: the file must be strict JSON. A trailing comma, curly quotes, a byte order mark, an
empty file, or a key that is misspelt is enough.

What to do: `sudo dockerd --validate` (since 23.0) names the fault. Mend the file, then
`sudo systemctl reset-failed docker` and start it.

What the remedy changes: the file is put aside as daemon.json.invalid; so it asks first.
"""

import json

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

FILE = "/etc/docker/daemon.json"
RESET = "[ ! -d /run/systemd/system ] || systemctl reset-failed docker.service docker.socket"


def _foreseen(situation: Situation) -> str | None:
    text = known(situation.facts.daemon_json)
    try:
        found = json.loads("{}" if text is None else text)
    except json.JSONDecodeError as error:
        return f"{FILE} is not JSON: {error}"
    return None if isinstance(found, dict) else f"{FILE} holds no JSON object"


def _put_aside(_: Situation) -> RemedyPlan:
    aside = Command(f"mv {FILE} {FILE}.invalid", as_root=True)
    return RemedyPlan((aside, Command(RESET, as_root=True)), then="replan")


PAIN = PainPoint(
    id="daemon-json-invalid",
    phase="daemon",
    title="daemon.json is not valid",
    severity="blocker",
    cause="The daemon's configuration file is not strict JSON, or has keys it does not know.",
    symptoms=(
        Symptom(r"unable to configure the Docker daemon with file", "all", weight=3),
        Symptom(r"the following directives don't match any configuration option", "all", weight=3),
    ),
    foresee=_foreseen,
    probe=Command(f"dockerd --validate --config-file={FILE}", as_root=True),
    confirm=lambda seen: False if seen.probe and seen.probe.ok else None,
    remedy=Remedy("ask", "Put the file aside, or mend it.", _put_aside, (f"sudoedit {FILE}",)),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
    recipe=Recipe(
        images=(
            "debian-11",
            "debian-12",
            "debian-13",
            "debian-12-sysv",
            "fedora-like",
            "alpine-3.23",
        ),
        script="mkdir -p /etc/docker && echo '{\"debug\": false,}' > /etc/docker/daemon.json",
    ),
)
