"""Docker has no range of addresses left for another network.

What you see: `all predefined address pools have been fully subnetted`, before engine 27 `could not
find an available, non-overlapping IPv4 address pool among the defaults`; with a subnet of your own
`Pool overlaps with other one on this address space`.

Why it happens: every stack gets a network, and Docker cuts them from a few private ranges: some 30
networks by default. Old stacks that were never taken down use them up. A VPN whose routes cover
10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 leaves none at all.

What to do: `docker network ls` shows how many there are; `docker network prune` removes those that
no container uses. With a VPN, disconnect it while the network is made, or name ranges that are free
in /etc/docker/daemon.json under `default-address-pools` and restart Docker.

What the remedy changes: unused networks are removed, stopped stacks' too; they come back with `up`.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PRUNE = "docker network prune -f"


def _prune(situation: Situation) -> RemedyPlan | None:
    text = situation.attempt.text if situation.attempt else ""
    return None if "Pool overlaps" in text else RemedyPlan((Command(PRUNE),))


PAIN = PainPoint(
    id="subnet-pool-exhausted",
    phase="up",
    title="No free address pool for a network",
    severity="blocker",
    cause="All ranges Docker may cut networks from are in use, by networks or by routes.",
    symptoms=(
        Symptom(r"predefined address pools have been fully subnetted", ">= 27", weight=3),
        Symptom(r"could not find an available, non-overlapping IPv4 address", "<= 26", weight=3),
        Symptom(r"Pool overlaps with other one on this address space", "all", weight=3),
    ),
    probe=Command("docker network ls; ip -4 route"),
    remedy=Remedy(
        kind="ask",
        summary="Remove networks that nothing uses.",
        cure=_prune,
        commands=("docker network ls", PRUNE),
        side_effects="Removes every network that no container is attached to.",
    ),
    references=("https://docs.docker.com/engine/network/#automatic-subnet-allocation",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # room for four networks, and stacks of yesterday in all of them
        script="""mkdir -p /etc/docker && printf '%s' '{"default-address-pools":' \\
    '[{"base": "10.201.0.0/22", "size": 24}]}' > /etc/docker/daemon.json &&
service docker restart && sleep 2 && n=0
while docker network create yesterday-$n; do n=$((n + 1)); done; true""",
    ),
)
