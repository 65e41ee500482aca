"""The host has no way out over IPv4.

What you see: `dial tcp 140.82.121.4:443: connect: network is unreachable`, apt's `connect (101:
Network is unreachable)` with an IPv4 address, pip's `[Errno 101]` in a build.

Why it happens: cheap servers come with IPv6 alone. Docker Hub and Debian answer over IPv6, but
github.com and many others do not, and containers on Docker's default network have no IPv6 at all,
so that a build reaches nobody even where the host does.

What to do: ask your provider for IPv4 or for NAT64 with its DNS64 name servers. For containers,
set `"ipv6": true` with a subnet in /etc/docker/daemon.json, or build with `network: host`.

What the remedy changes: nothing; addresses and routes are the network's owner's to give.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.build import LAB, NO_MIRROR, PRUNE, STEPS


def _foreseen(situation: Situation) -> str | None:
    routes = known(situation.facts.routes)
    return "the only default route is over IPv6" if routes and "4" not in routes else None


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    if "--" not in said:
        return None
    four, _, six = said.partition("--")
    return bool(six.strip()) and not four.strip()


PAIN = PainPoint(
    id="ipv6-only-host",
    phase="build",
    title="A host without IPv4",
    severity="major",
    cause="There is no route for IPv4, and something on the way knows nothing else.",
    symptoms=(
        Symptom(r"\(\d+\.\d+\.\d+\.\d+\)\. - connect \(101: Network is unreachable", "apt"),
        Symptom(r"dial tcp \d+\.\d+\.\d+\.\d+:\d+: connect: network is unreachable", "Go"),
        Symptom(r"\[Errno 101\] Network (?:is )?unreachable", "pip", STEPS, weight=1),
        Symptom(r"curl: \(7\) [^\n]{0,200}Network is unreachable", "curl", weight=1),
    ),
    foresee=_foreseen,
    probe=Command("ip -4 route show default; echo --; ip -6 route show default"),
    confirm=_confirmed,
    remedy=Remedy("human", "Get IPv4 or NAT64 from the provider; give containers IPv6."),
    explains=("apt-dns-or-no-route", "daemon-dns-or-network-failure", "pip-timeout-or-hash"),
    references=("https://docs.docker.com/engine/daemon/ipv6/",),
    recipe=Recipe(
        LAB,
        # a name that has an IPv4 address only, as github.com's
        f"""{PRUNE}echo 203.0.113.7 registry-1.docker.io >> /etc/hosts; ip -4 route del default
ip -6 route add default dev eth0""",
        starts="ready",
        settings=NO_MIRROR,
    ),
)
