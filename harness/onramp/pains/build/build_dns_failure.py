"""Names resolve on the host, but not inside a build.

What you see: pip retries for a while, `Temporary failure in name resolution`, and at last `No
matching distribution found for …`, as though the package did not exist. apt in a Dockerfile says
`Temporary failure resolving`.

Why it happens: a container cannot use a resolver that listens on the host's loopback, so Docker
passes on another one: from daemon.json, or 8.8.8.8 when nothing else is known. A company's
firewall blocks that; after a change of network or VPN the daemon may hold an old address.

What to do: put the network's own name servers into /etc/docker/daemon.json (`"dns": ["10.0.0.2"]`)
and restart Docker; a restart alone often helps after a change of network. To see whether that is
it, build with the host's network (`network: host` under `build:`).

What the remedy changes: restarting Docker interrupts containers; public name servers get to see
internal names. A person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

STEPS = ("build", "up")
PROBE = "grep ^nameserver /etc/resolv.conf; grep dns /etc/docker/daemon.json; true"

PAIN = PainPoint(
    id="build-dns-failure",
    phase="build",
    title="No name resolution inside a build",
    severity="blocker",
    cause="The name server that Docker gives to containers does not answer from there.",
    symptoms=(
        Symptom(r"\[Errno -[235]\] (?:Temporary|Name or|No address|Try again)", "pip", weight=3),
        Symptom(r"NameResolutionError", "pip >= 23.3", weight=3),
        Symptom(r"^(?:#\d+ )?\d+\.\d+ .{0,200}Temporary failure resolving '", "apt", weight=3),
        Symptom(r"bad address '", "busybox", STEPS),
        Symptom(r"temporary error \(try again later\)", "apk 2", STEPS),
    ),
    probe=Command(PROBE, display=PROBE),
    remedy=Remedy(
        kind="human",
        summary="Give Docker a name server that containers can reach.",
        commands=("sudoedit /etc/docker/daemon.json", "sudo systemctl restart docker"),
        side_effects="Restarting Docker interrupts containers.",
    ),
    explains=("pip-timeout-or-hash",),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/#dns-resolver-issues",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # the host's own address on docker0, where no name server listens
        settings={
            "docker.daemon": {"dns": ["172.17.0.1"]},
            "stack.env.PIP_INDEX_URL": "https://packages.example.com/simple/",
        },
    ),
)
