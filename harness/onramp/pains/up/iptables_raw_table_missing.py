"""Docker 28 and later needs the firewall's raw table, and cannot use it here.

What you see: `Unable to enable DIRECT ACCESS FILTERING - DROP rule:` with `can't initialize
iptables table `raw': Table does not exist` or `chain PREROUTING`, for every container.

Why it happens: since 28, rules in the raw table keep neighbours from reaching containers past the
published ports. Kernels of boards, NAS boxes and some VPS lack it (CONFIG_IP_NF_RAW); or
somebody's nftables rules have a table of that name, with a chain that iptables cannot use.

What to do: `sudo modprobe iptable_raw`, or a kernel that has it. If `nft list table ip raw` shows
rules, give that table another name. Failing both, start dockerd with
DOCKER_INSECURE_NO_IPTABLES_RAW=1 (28.0.2 and later).

What the remedy changes: the daemon gets that variable and is restarted with its containers; other
machines of the same network may then reach ports that are not published; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PROBE = """for t in nat raw; do s=$(iptables -t $t -S 2>&1) || continue
case $s in *incompatible*) ;; *) echo $t ;; esac; done"""
VARIABLE = "DOCKER_INSECURE_NO_IPTABLES_RAW=1"
SYSTEMD = f"""d=/etc/systemd/system/docker.service.d; mkdir -p $d
printf '[Service]\\nEnvironment={VARIABLE}\\n' > $d/raw.conf
systemctl daemon-reload && systemctl restart docker"""
RULES = "chain PREROUTING { type filter hook prerouting priority -310; udp dport 53 notrack; };"
SYSVINIT = f"echo export {VARIABLE} >> /etc/default/docker && service docker restart"


def _confirmed(situation: Situation) -> bool | None:
    tables = situation.probe.stdout.split() if situation.probe else []
    return True if tables == ["nat"] else None


def _without(at: Situation) -> RemedyPlan:
    return RemedyPlan((Command(SYSTEMD if at.facts.init == "systemd" else SYSVINIT, as_root=True),))


PAIN = PainPoint(
    id="iptables-raw-table-missing", phase="up", severity="blocker",
    title="No raw table for Docker 28",
    cause="The firewall's raw table, which Docker 28 and later writes to, cannot be used.",
    symptoms=(
        Symptom(r"Unable to enable (?:DIRECT ACCESS|LOOPBACK) FILTERING", ">= 28", weight=3),
        Symptom(r"iptables table .raw.: Table does not exist", "iptables-legacy", weight=3),
        Symptom(r"table .raw. is incompatible, use 'nft'", "iptables-nft", weight=3),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        "ask", "Let Docker go without the raw table.", _without,
        ("sudo modprobe iptable_raw", "sudo iptables -t raw -S"),
        "Ports that are not published may be reached from the same network.",
    ),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"), starts="ready", before="up",
        script=f"nft delete table ip raw; echo 'table ip raw {{ {RULES} }}' | nft -f -",
    ),
)  # fmt: skip
