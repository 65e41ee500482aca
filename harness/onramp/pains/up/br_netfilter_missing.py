"""The kernel cannot show bridged packets to the firewall (br_netfilter), and a setting needs it.

What you see: `cannot restrict inter-container communication or run without the userland proxy: …
set environment variable DOCKER_IGNORE_BR_NETFILTER_ERROR=1 to ignore`; up to 27, `ensure that the
br_netfilter kernel module is loaded`.

Why it happens: `"userland-proxy": false`, `"icc": false` and networks with
`com.docker.network.bridge.enable_icc: "false"` rely on the module br_netfilter. A stripped kernel
of a small VPS has none, and an LXC container may not load one.

What to do: `sudo modprobe br_netfilter`; in LXC do so on the machine that runs it. Where there is
no such module, take the setting back, or let Docker 27.5 and later go without by that variable.

What the remedy changes: a kernel module is loaded, now and at every start. From then on the
host's firewall sees traffic between containers of one bridge too; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

THERE = "/proc/sys/net/bridge/bridge-nf-call-iptables"
PROBE = f"[ ! -e {THERE} ] || echo there; ! modprobe -n -q br_netfilter || echo loadable"
NETWORK = """volumes:
  counter:
networks:
  default: {driver_opts: {com.docker.network.bridge.enable_icc: "false"}}
"""
LOAD = "modprobe br_netfilter && echo br_netfilter > /etc/modules-load.d/docker-bridge.conf"


def _load(situation: Situation) -> RemedyPlan | None:
    loadable = situation.probe and "loadable" in situation.probe.stdout
    return RemedyPlan(actions=(Command(LOAD, as_root=True),)) if loadable else None


def _confirmed(situation: Situation) -> bool | None:
    return True if situation.probe and "there" not in situation.probe.stdout else None


PAIN = PainPoint(
    id="br-netfilter-missing", phase="up", severity="major",
    title="br_netfilter is needed and not there",
    cause="A setting relies on a kernel module that is neither loaded nor to be loaded.",
    symptoms=(
        Symptom(r"cannot restrict inter-container communication", "all", weight=3),
        Symptom(r"modprobe (?:bridge )?br_netfilter failed", "dockerd's log", weight=2),
        Symptom(r"WARNING: bridge-nf-call-iptables is disabled", "<= 27", weight=1, warning=True),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        "ask", "Load br_netfilter, or take back the setting that needs it.", _load,
        ("sudo modprobe br_netfilter",),
    ),
    references=("https://docs.docker.com/engine/network/drivers/bridge/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"), starts="ready", before="up",
        script="mount -t tmpfs none /proc/sys/net/bridge",  # as on a kernel that has no such module
        stack={"docker-compose.yml": ("volumes:\n  counter:\n", NETWORK)},
    ),
)  # fmt: skip
