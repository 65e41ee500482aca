"""Swarm mode and the nftables backend exclude each other.

What you see: `--firewall-backend=nftables is incompatible with swarm mode`: dockerd does not
start, or `docker swarm init` is refused.

Why it happens: engine 29 writes nftables rules for bridge networks only; overlay networks still
need iptables.

What to do: where swarm is not wanted, `docker swarm leave --force` before the change; else take
`firewall-backend` out of daemon.json and restart docker.

What the remedy changes: either the cluster or the firewall; a person decides which.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="nft-swarm",
    phase="daemon",
    title="Swarm mode needs iptables",
    severity="blocker",
    cause="The nftables backend does not carry swarm's networks.",
    symptoms=(
        Symptom(r"firewall-backend=nftables is incompatible with swarm mode", ">= 29", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Leave the swarm, or use iptables.",
        commands=(
            "docker node ls",
            "sudoedit /etc/docker/daemon.json",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=("https://docs.docker.com/engine/network/firewall-nftables/",),
)
