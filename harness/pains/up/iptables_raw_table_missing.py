"""Docker 28 and later needs the firewall's raw table, and cannot use it here.

What you see: `Unable to enable DIRECT ACCESS FILTERING - DROP rule:` with `can't initialize
iptables table `raw': Table does not exist` or `table `raw' is incompatible`, for every container.

Why it happens: since 28, rules in the raw table keep neighbours from reaching containers past the
published ports. Kernels of boards, NAS boxes and some VPS lack it (CONFIG_IP_NF_RAW); or
somebody's nftables rules have a table of that name that iptables cannot read.

What to do: `sudo modprobe iptable_raw`, or a kernel that has it. If `nft list table ip raw` shows
rules, give that table another name. Failing both, start dockerd with
DOCKER_INSECURE_NO_IPTABLES_RAW=1 (28.0.2 and later).

What the remedy changes: the daemon gets that variable and is restarted with its containers; other
machines of the same network may then reach ports that are not published; so it asks first.
"""

from harness.model import Command, Cure, PainPoint, Remedy, Situation, Symptom

PROBE = "for t in nat raw; do iptables -t $t -S >/dev/null 2>&1 && echo $t; done; true"
VARIABLE = "DOCKER_INSECURE_NO_IPTABLES_RAW=1"
DROP_IN = "/etc/systemd/system/docker.service.d"
SYSTEMD = (
    f"mkdir -p {DROP_IN} && printf '[Service]\\nEnvironment={VARIABLE}\\n' > {DROP_IN}/raw.conf"
    " && systemctl daemon-reload && systemctl restart docker"
)
SYSVINIT = f"echo export {VARIABLE} >> /etc/default/docker && service docker restart"


def _confirmed(situation: Situation) -> bool | None:
    tables = situation.probe.stdout.split() if situation.probe else []
    return {("nat",): True, ("nat", "raw"): False}.get(tuple(tables))


def _without(situation: Situation) -> Cure:
    script = SYSTEMD if situation.facts.init == "systemd" else SYSVINIT
    return Cure(actions=(Command(script, as_root=True),))


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
        kind="ask",
        summary="Let Docker go without the raw table.",
        cure=_without,
        commands=("sudo modprobe iptable_raw", "sudo iptables -t raw -S"),
        side_effects="Ports that are not published may be reached from the same network.",
    ),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
)  # fmt: skip
