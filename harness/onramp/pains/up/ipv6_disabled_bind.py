"""The stack publishes a port on IPv6, and the host has IPv6 switched off.

What you see: `address family not supported by protocol` after `listen tcp6 [::]:8000`, or
`failed to bind host port for [::1]:8000…: cannot assign requested address`.

Why it happens: hardening guides boot with `ipv6.disable=1` or set `disable_ipv6`. Engine 20.10.6
then failed for every published port; others fail where the compose file or `"ip"` in daemon.json
names an IPv6 address. A unit with RestrictAddressFamilies has the same effect.

What to do: publish on IPv4, `"0.0.0.0:8000:8000"`, or plainly `"8000:8000"` with an engine that
is newer than 20.10.6. Or switch IPv6 on again, if nobody needs it to be off.

What the remedy changes: where sysctl alone switched IPv6 off, it is switched on until the next
boot: the host gets IPv6 addresses, which its firewall has to be ready for; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

ALL = "/proc/sys/net/ipv6/conf/all/disable_ipv6"
PROBE = (
    f"[ -e /proc/net/if_inet6 ] || echo none; echo all=$(cat {ALL});"
    " systemctl show docker -p RestrictAddressFamilies 2>/dev/null; true"
)
ON = "sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0"


def _said(situation: Situation) -> list[str]:
    return situation.probe.stdout.split() if situation.probe else []


def _confirmed(situation: Situation) -> bool:
    return any(word in ("none", "all=1") or "AF_" in word for word in _said(situation))


def _on(situation: Situation) -> RemedyPlan | None:
    return RemedyPlan((Command(ON, as_root=True),)) if "all=1" in _said(situation) else None


PAIN = PainPoint(
    id="ipv6-disabled-bind",
    phase="up",
    severity="major",
    title="Port published on IPv6, which is off",
    cause="A port is to be published on an IPv6 address of a host that has IPv6 switched off.",
    symptoms=(
        Symptom(r"tcp6 \S+ socket: address family not supported", "<= 27", weight=3),
        Symptom(r"address family not supported by protocol", "all", ("up", ""), weight=2),
        Symptom(r"\[[\da-f:]+\]:[^\n]{1,60} cannot assign requested", "all", ("up", "")),
    ),
    probe=Command(PROBE),
    confirm=_confirmed,
    remedy=Remedy("ask", "Publish the port on IPv4, or switch IPv6 on.", _on, (f"sudo {ON}",)),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        script="sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1",
        stack={"docker-compose.yml": ('"8000:8000"', '"8000:8000"\n      - "[::1]:8001:8000"')},
    ),
)
