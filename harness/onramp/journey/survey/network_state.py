"""How the host is reached and reaches others. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from onramp.journey.survey.section import Section, lines
from onramp.model.facts import Listener
from onramp.model.unknown import UNKNOWN

IPV6_LOOPBACK = "00000000000000000000000001000000"  # ::1, as the kernel writes it

_ADDRESS = re.compile(r"(?:[0-9A-Fa-f]{8}){1,4}")

_PORT = re.compile(r"[0-9A-Fa-f]{1,4}")


def _tcp(text: str) -> dict[str, Any]:
    """/proc/net/tcp: `sl local_address rem_address st …`, state 0A is LISTEN (proc(5))."""
    return {"listeners": listeners(text)}


def listeners(text: str) -> tuple[Listener, ...]:
    """Who listens, by the kernel's tables of TCP sockets (/proc/net/tcp and tcp6)."""
    rows = [line.split() for line in text.splitlines()]
    listening = [row[1].rpartition(":") for row in rows if len(row) > 3 and row[3] == "0A"]
    return tuple(
        Listener(int(port, 16), _ip(host))
        for host, _, port in listening
        if _ADDRESS.fullmatch(host) and _PORT.fullmatch(port)
    )


def _ip(hexadecimal: str) -> str:
    octets = bytes.fromhex(hexadecimal)
    if len(octets) == 4:
        return ".".join(str(octet) for octet in reversed(octets))
    if hexadecimal == IPV6_LOOPBACK:
        return "::1"
    return "::" if not any(octets) else hexadecimal


SECTIONS: Final = (
    Section(
        "tcp",
        "cat /proc/net/tcp /proc/net/tcp6",
        _tcp,
    ),
    Section(
        "routes",
        (  # which default routes there are, the loopback's reject routes aside
            'while read -r name to by flags n use metric mask rest; do if [ "$to$mask" = '
            "0000000000000000 ]; then echo 4; break; fi; done </proc/net/route; "
            "while read -r to bits "
            'src n by metric n use flags name; do case "$bits$to $name" in *[!0]*" "* | *" lo") ;; '
            "*) echo 6; break ;; esac; done </proc/net/ipv6_route"
        ),
        lines("routes"),
    ),
    Section(
        "dns",
        (
            'while read -r key value rest || [ -n "$key" ]; do '
            'if [ "$key" = nameserver ]; then echo "$value"; fi; done </etc/resolv.conf'
        ),
        lines("nameservers"),
    ),
    Section(
        "forwarding",
        'read -r line </proc/sys/net/ipv4/ip_forward; echo "$line"',
        lambda text: {"ip_forward": {"1": True, "0": False}.get(text, UNKNOWN)},
    ),
    Section(
        "firewall",
        (  # is-active answers with one word a unit; the last is for "daemon"
            "if [ -d /run/systemd/system ]; then "
            "states=$(systemctl is-active ufw firewalld nftables docker); set -- $states; "
            "for unit in ufw firewalld nftables; do "  # Ubuntu starts ufw's unit where ufw is off
            'if [ "$1" = active ] && '
            "{ [ $unit != ufw ] || grep -q ^ENABLED=yes /etc/ufw/ufw.conf; }; "
            "then echo $unit; fi; if [ $# -gt 1 ]; then shift; fi; done; fi"
        ),
        lines("firewall"),
    ),
)
