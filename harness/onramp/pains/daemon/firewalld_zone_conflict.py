"""firewalld has docker0 in a zone of somebody's choice, and Docker wants it in its own.

What you see: dockerd ends with `ZONE_CONFLICT: 'docker0' already bound to a zone`; newer firewalld
names the zone.

Why it happens: since 20.10 Docker makes a zone `docker` and puts its bridges there. Older guides
said to put docker0 into trusted or public by hand, and an interface is in one zone only.

What to do: `sudo firewall-cmd --permanent --zone=ZONE --remove-interface=docker0`,
`sudo firewall-cmd --reload`, then `sudo systemctl restart docker`.
`firewall-cmd --get-zone-of-interface=docker0` names ZONE.

What the remedy changes: a rule somebody made for docker0 goes; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.daemon import restarted

ASK = "firewall-cmd --get-zone-of-interface=docker0"


def _zone(situation: Situation) -> str:
    """The zone docker0 is in, where that is not Docker's own."""
    said = situation.probe.stdout.strip() if situation.probe else ""
    return said if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", said) and said != "docker" else ""


def _remove(situation: Situation) -> RemedyPlan | None:
    zone = _zone(situation)
    remove = f"firewall-cmd --permanent --zone={zone} --remove-interface=docker0"
    free = (Command(script, as_root=True) for script in (remove, "firewall-cmd --reload"))
    return RemedyPlan((*free, *restarted(situation))) if zone else None


PAIN = PainPoint(
    id="firewalld-zone-conflict",
    phase="daemon",
    title="docker0 is in another firewalld zone",
    severity="blocker",
    cause="firewalld was told to keep docker0 in a zone other than Docker's.",
    symptoms=(Symptom(r"ZONE_CONFLICT: '?(?:docker0|br-)", "20.10 - 29", weight=3),),
    probe=Command(ASK, as_root=True),
    confirm=lambda seen: bool(_zone(seen)) or None,
    remedy=Remedy("ask", "Take docker0 out of the zone it is in.", _remove),
    explains=("daemon-not-running", "service-failed-to-start", "ufw-firewalld-published-port"),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # what a guide from before 20.10 said
        script="apt-get update -q && apt-get install -y -q firewalld && "
        "firewall-cmd --permanent --zone=trusted --add-interface=docker0 && "
        "firewall-cmd --reload",
    ),
)
