"""The host does not forward packets, so containers reach nobody.

What you see: builds that try for minutes and end in `Connection … timed out`, published ports that
answer on the host but not from outside, `WARNING: IPv4 forwarding is disabled`. Docker 29 with
nftables makes no network: `IPv4 forwarding is disabled: check your host's firewalling …`.

Why it happens: the daemon switches forwarding on when it starts and when it makes a network. A
hardening profile, cloud-init or `sysctl --system` switches it off again, and nobody tells Docker.

What to do: `sysctl net.ipv4.ip_forward` shows 0. Set it to 1 in a file of /etc/sysctl.d that
sorts after the one that sets it to 0 (`grep -r ip_forward /etc/sysctl*` finds that one).

What the remedy changes: the host forwards packets, now and after a reboot, for its containers and
for anybody who routes through it. Docker sets the FORWARD policy to drop; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

FILE = "/etc/sysctl.d/99-docker-forwarding.conf"
SET = f"echo net.ipv4.ip_forward=1 > {FILE} && echo 1 > /proc/sys/net/ipv4/ip_forward"


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts  # before Docker first starts, 0 is what every host has
    off = known(facts.engine) and known(facts.ip_forward) is False
    return "Docker runs, and net.ipv4.ip_forward is 0" if off else None


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.strip() if situation.probe else ""
    text = situation.attempt.outcome.text if situation.attempt else ""
    starved = "RUN " in text and re.search(r"timed? ?out|esolution|esolve host|unreachable", text)
    return said == "0" and bool(starved or "check your host" in text) if said else None


PAIN = PainPoint(
    id="ip-forward-disabled",
    phase="up",
    title="net.ipv4.ip_forward is off",
    severity="blocker",
    cause="The kernel does not forward packets between containers and the network.",
    symptoms=(
        Symptom(r"IPv4 forwarding is disabled: check your host", ">= 29, nftables", weight=3),
        Symptom(r"IPv6 global forwarding is disabled: check your host", "nftables", weight=3),
        Symptom(r"WARNING: IPv4 forwarding is disabled", "docker info", ("build", ""), weight=1),
        Symptom(r"^/proc/sys/net/ipv4/ip_forward:0$", "the kernel", ("build",), weight=1),
    ),
    foresee=_foreseen,
    probe=Command("cat /proc/sys/net/ipv4/ip_forward"),
    confirm=_confirmed,
    remedy=Remedy(
        "ask",
        "Switch forwarding on, now and for every start.",
        lambda _: RemedyPlan((Command(SET, as_root=True),)),
        (f"echo net.ipv4.ip_forward=1 | sudo tee {FILE}", "sudo sysctl --system"),
    ),
    explains=("build-dns-failure", "pip-timeout-or-hash"),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    recipe=Recipe(
        ("debian-12", "debian-13", "fedora-like"),
        "sysctl -q -w net.ipv4.ip_forward=0",
        "build",
        "ready",
        stack={"requirements.txt": ("redis\n", "redis\ngunicorn\n")},
    ),
)
