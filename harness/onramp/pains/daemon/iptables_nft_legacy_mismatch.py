"""iptables and the kernel do not fit: the variant in use asks for tables this kernel lacks.

What you see: dockerd ends with ``can't initialize iptables table `nat': Table does not exist``
(the legacy variant), `Failed to initialize nft: Protocol not supported` or `RULE_APPEND failed`
(the nftables variant).

Why it happens: iptables exists twice, and each speaks to another part of the kernel. Kernels of
WSL and single-board computers often have only one of them; RHEL 10 lacks the legacy one.

What to do: on Debian and Ubuntu switch the variant:
`sudo update-alternatives --set iptables /usr/sbin/iptables-legacy` (or `iptables-nft`), the same
with ip6tables, then `sudo systemctl restart docker`. Elsewhere install iptables-nft.

What the remedy changes: rules made with the other variant stay in force and out of sight; so it
asks first, and switches only to a variant that works.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom

ASK = """PATH=$PATH:/usr/sbin:/sbin
for v in legacy nft; do
    if iptables-$v -t nat -S >/dev/null 2>&1; then echo "$v works"; else echo "$v fails"; fi
done; iptables --version"""
RESTART = "systemctl reset-failed docker.service docker.socket; systemctl restart docker.service"


def _other(situation: Situation) -> str:
    """The variant that works where the one in use does not."""
    said = situation.probe.stdout if situation.probe else ""
    used, other = ("nft", "legacy") if "(nf_tables)" in said else ("legacy", "nft")
    return other if f"{used} fails" in said and f"{other} works" in said else ""


def _switch(situation: Situation) -> RemedyPlan | None:
    kind = _other(situation)
    names = ("iptables", "ip6tables")
    scripts = [f"update-alternatives --set {name} /usr/sbin/{name}-{kind}" for name in names]
    actions = tuple(Command(script, as_root=True) for script in (*scripts, RESTART))
    return RemedyPlan(actions) if kind else None


PAIN = PainPoint(
    id="iptables-nft-legacy-mismatch",
    phase="daemon",
    title="iptables variant and kernel do not fit",
    severity="blocker",
    cause="This kernel lacks the tables that the chosen variant of iptables needs.",
    symptoms=(
        Symptom(r"can't initialize iptables table `(?:filter|nat|mangle)': Table does", weight=3),
        Symptom(r"Failed to initialize nft: Protocol not supported", "1.8", weight=3),
        Symptom(r"Could not fetch rule set generation id: Invalid argument", "1.8", weight=3),
        Symptom(r"RULE_APPEND failed \(No such file or directory\)", "1.8"),
    ),
    probe=Command(ASK, as_root=True),
    confirm=lambda seen: True if _other(seen) else None,
    remedy=Remedy("ask", "Switch to the variant that this kernel has.", _switch),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://wiki.debian.org/iptables",),
)
