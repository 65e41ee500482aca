"""The daemon is told twice where to listen: by its unit and by its configuration file.

What you see: dockerd ends with `... specified both as a flag and in the configuration file: hosts`.

Why it happens: packages start dockerd with `-H fd://`. An option may stand on the command line or
in /etc/docker/daemon.json, never in both, even where both say the same.

What to do: keep `hosts` out of daemon.json. Or clear the flag with `sudo systemctl edit docker`:
`[Service]`, `ExecStart=`, `ExecStart=/usr/bin/dockerd`. A list without unix:///var/run/docker.sock
shuts out the plain docker command; a tcp address without TLS makes everybody on the network root.

What the remedy changes: a drop-in lets the file decide where the daemon listens; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import daemon_json

FOLDER = "/etc/systemd/system/docker.service.d"
ASK = (
    "systemctl show -p ExecStart docker.service | grep -q -e ' -H ' && "
    "grep -q '\"hosts\"' /etc/docker/daemon.json && echo twice; true"
)
DROP_IN = (
    f"install -d -m 0755 {FOLDER} && printf '[Service]\\nExecStart=\\nExecStart=%s\\n' "
    f'"$(command -v dockerd)" > {FOLDER}/zz-hosts-from-file.conf && systemctl daemon-reload'
)
START = "systemctl reset-failed docker.service docker.socket; systemctl restart docker.service"


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    twice = "hosts" in daemon_json(facts) and facts.init == "systemd" and not facts.daemon_active
    return "/etc/docker/daemon.json sets hosts, and docker's unit passes -H" if twice else None


def _drop_in(situation: Situation) -> RemedyPlan | None:
    hosts = str(daemon_json(situation.facts).get("hosts"))
    drop_in, start = Command(DROP_IN, as_root=True), Command(START, as_root=True)
    return RemedyPlan((drop_in, start)) if "run/docker.sock" in hosts else None


PAIN = PainPoint(
    id="daemon-json-hosts-conflict",
    phase="daemon",
    title="hosts in daemon.json and -H in the unit",
    severity="blocker",
    cause="The same option stands on dockerd's command line and in its configuration file.",
    symptoms=(Symptom(r"specified both as a flag and in the configuration file: ", weight=3),),
    foresee=_foreseen,
    probe=Command(ASK, as_root=True),
    confirm=lambda seen: bool(seen.probe and "twice" in seen.probe.stdout) or None,
    remedy=Remedy("ask", "Clear the flag with a drop-in, or the key from the file.", _drop_in),
    explains=("daemon-json-invalid", "daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "fedora-like"),
        script="mkdir -p /etc/docker && "
        """echo '{"hosts": ["unix:///var/run/docker.sock"]}' > /etc/docker/daemon.json""",
    ),
)
