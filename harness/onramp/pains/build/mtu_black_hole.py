"""Large packets vanish on the way: containers send bigger ones than the uplink carries.

What you see: downloads hang: pip's `Connection timed out`, the daemon's `TLS handshake timeout` or
`read: connection timed out`, while small things work and curl on the host is quick.

Why it happens: Docker's networks take packets of 1500 bytes. In a VPN, PPPoE, OpenStack or some
clouds the uplink carries less, and where a firewall drops the ICMP messages that would say so,
the big packets are gone without a word.

What to do: compare `cat /sys/class/net/*/mtu`. Set the uplink's number as `"mtu"` in
/etc/docker/daemon.json, and for Compose's networks under `default-network-opts`; restart Docker
and make existing networks anew (`docker compose down`, then up).

What the remedy changes: packets of containers get smaller; restarting Docker interrupts them.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.build import LAB, STEPS, rewritten

PROBE = """dev=$(ip route show default | sed -n '1s/.* dev \\([^ ]*\\).*/\\1/p')
echo uplink $(cat /sys/class/net/$dev/mtu); echo docker0 $(cat /sys/class/net/docker0/mtu)"""
# the way to containers carries 1200 bytes, and says nothing of what it drops
HOLE = """ip link set eth0 mtu 1200
tc qdisc replace dev docker0 root tbf rate 100mbit burst 1214 limit 1mb"""


def _mtu(situation: Situation) -> tuple[int, int]:
    said = situation.probe.stdout if situation.probe else ""
    found = re.search(r"^uplink (\d{3,5})\ndocker0 (\d{3,5})$", said, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (1500, 1500)


def _confirmed(situation: Situation) -> bool:
    """Nothing is lost on the way to the host itself."""
    text = situation.attempt.text if situation.attempt else ""
    near = re.search(r"://(?:localhost|127\.)[^\n]{1,300}(?:handshake timeout|timed)", text)
    uplink, docker0 = _mtu(situation)
    return uplink < docker0 and not near


def _smaller(situation: Situation) -> RemedyPlan | None:
    size = _mtu(situation)[0]
    new = {"bridge": {"com.docker.network.driver.mtu": str(size)}}
    return rewritten(situation, {"mtu": size, "default-network-opts": new})


PAIN = PainPoint(
    id="mtu-black-hole",
    phase="build",
    title="Large packets are lost (MTU)",
    severity="blocker",
    cause="Containers exchange packets that are larger than this host's uplink carries.",
    symptoms=(
        Symptom(r"handshake timeout|Read timed out\. |read: connection timed", "all", STEPS, 1),
        Symptom(r"Connection timed out while downloading", "pip >= 25.1", STEPS, 1),
    ),
    probe=Command(PROBE),
    confirm=_confirmed,
    remedy=Remedy("ask", "Give Docker's networks the uplink's packet size.", _smaller),
    explains=("pip-timeout-or-hash", "daemon-dns-or-network-failure"),
    references=("https://docs.docker.com/engine/network/drivers/bridge/",),
    recipe=Recipe(LAB, HOLE, starts="ready", stack={"requirements.txt": "flask\nredis>4\n"}),
)
