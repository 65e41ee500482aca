"""The firewall does not decide about published ports; Docker does.

What you see: ufw or firewalld denies a port, and the published page answers all the same; or it
answers on the host and not from outside: `No route to host`, a timeout.

Why it happens: Docker forwards published ports before the rules of ufw's and firewalld's zones are
asked, so `ufw deny 8000` does nothing to them. What Docker cannot open is a firewall in front of
the host, at the cloud's side, or rules that somebody put into the forward chain.

What to do: publish only what strangers may see. `127.0.0.1:8000:8000` keeps a port to the host
itself. Rules for containers go into the chain DOCKER-USER. If a page has to be reached from outside
and is not, open the port at the cloud's side first.

What the remedy changes: who can reach the stack; so a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known


def _foreseen(situation: Situation) -> str | None:
    active = {"ufw", "firewalld"} & set(known(situation.facts.firewall) or ())
    if not active:
        return None
    return f"{min(active)} is active, and does not filter ports that Docker publishes"


PAIN = PainPoint(
    id="ufw-firewalld-published-port",
    phase="verify",
    title="A published port is open, or closed, against the firewall",
    severity="notice",
    cause="Published ports are forwarded past the rules of ufw and firewalld.",
    symptoms=(
        Symptom(
            r"^it answers on the host, and not from outside: ", "all", ("verify",), warning=True
        ),
        Symptom(r"curl: \(7\) .{0,120}port [1-9]\d{3,4} .{0,40}No route to host", "curl", ("",)),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Publish on 127.0.0.1, or put rules into DOCKER-USER.",
        commands=(
            "sudo iptables -S DOCKER-USER",
            "# in docker-compose.yml, under ports: - 127.0.0.1:8000:8000",
        ),
        side_effects="Decides who can reach the stack.",
    ),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        script="apt-get update -q && apt-get install -y -q ufw && ufw allow 22/tcp"
        " && ufw --force enable && systemctl start ufw",
        starts="ready",
    ),
)
