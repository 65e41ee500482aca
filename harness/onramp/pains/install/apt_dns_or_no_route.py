"""The host cannot reach the servers that packages come from.

What you see: `Temporary failure resolving 'download.docker.com'`, `curl: (6) Could not resolve
host`, `Could not connect to …, connection timed out` or `Network is unreachable`.

Why it happens: no working name server in /etc/resolv.conf, no default route, IPv6 addresses
without an IPv6 route, a firewall that lets nothing out, or a proxy that nobody told apt of.

What to do: try `getent ahosts download.docker.com` and `ip route get 1.1.1.1`; they tell names
from routes. Mend what fails first. Behind a proxy, set `proxy.http` and `proxy.https`. If IPv6 is
at fault, `apt-get -o Acquire::ForceIPv4=true` and `curl -4` show it.

What the remedy changes: where only Docker's own server is out of reach, `docker.method=auto`
takes the distribution's packages instead, where they suffice. The network is yours to mend.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import fall_back

APT = r"^(?:(?:[WE]|Warning|Error): Failed to fetch \S+)?  "  # a build's own apt is numbered
HOST = re.compile(r"(?:resolving '|resolve '|resolve host: |onnect to |connection to )([\w.-]+\w)")


def _fall_back(situation: Situation) -> RemedyPlan | None:
    text = situation.attempt.text if situation.attempt else ""
    silent = set(HOST.findall(text))
    dockers = re.sub(r"^\w+://([^/:]+).*", r"\1", situation.settings.docker.repository)
    return fall_back(situation) if silent == {dockers} else None


PAIN = PainPoint(
    id="apt-dns-or-no-route",
    phase="install",
    title="The host cannot reach the package servers",
    severity="blocker",
    cause="Names do not resolve, or nothing is routed, on the way to a package server.",
    symptoms=(
        Symptom(rf"{APT}Temporary failure resolving '", "apt", weight=3),
        Symptom(rf"{APT}Could not (?:resolve '|connect to \S+:\d+ )", "apt", weight=3),
        Symptom(rf"{APT}(?:Cannot initiate the connection|Unable to connect) to ", "apt", weight=3),
        Symptom(r"^curl: \((?:5|6|7|28)\) |Curl error \((?:5|6|7|28)\): ", "curl, dnf", weight=3),
        Symptom(r"^Errors during downloading metadata for repo", "dnf 4", weight=1),
        Symptom(r"urlopen error (?:timed out|\[Errno (?:-[235]|1\d\d)\])", "Ansible", weight=3),
        Symptom(r"^curl: \(35\) [^\n]{1,80}reset", "curl"),
        Symptom(r"^(?:WARNING|ERROR): [^\n]{1,200}DNS: (?:transient e|name does)", "apk", weight=3),
    ),
    probe=Command("grep ^nameserver /etc/resolv.conf; ip route; getent ahosts download.docker.com"),
    explains=("apt-package-not-found", "apt-unmet-dependencies-held"),
    remedy=Remedy("safe", "Mend name resolution, route or proxy; or do without.", _fall_back),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/methods/connect.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "fedora-like"),
        # a local resolver that does not run, as after removing systemd-resolved
        script="echo nameserver 127.0.0.53 > /etc/resolv.conf",
        settings={"docker.repository": "https://download.docker.com/linux"},
    ),
)
