"""iptables cannot load what Docker's rules are written with.

What you see: `iptables v1.8.10 (nf_tables): unknown option "--dport"` (or
`"--to-destination"`), or `Couldn't load match 'conntrack'`, behind `driver failed programming
external connectivity`.

Why it happens: iptables reads each of its matches and targets from a file of its own. Those of
another version lie in its directory, or none: a copied binary, a stripped image, an upgrade
that stopped half-way.

What to do: `ls $(dirname $(readlink -f $(command -v iptables)))` and `iptables -p tcp --dport 1
-L` show it. Reinstall iptables, remove copies below /usr/local, and restart docker.

What the remedy changes: a package of the host, so a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="iptables-extension-missing",
    phase="daemon",
    title="An iptables extension cannot be loaded",
    severity="blocker",
    cause="iptables does not find the files of its own extensions.",
    symptoms=(
        Symptom(r'iptables[^\n]{1,300}: unknown option "--[a-z-]{3,20}"', "1.8", weight=3),
        Symptom(r"Couldn't load (?:match|target) .[\w-]{1,30}'?:", "1.8", weight=3),
    ),
    probe=Command("type -a iptables; iptables -p tcp --dport 1 -m comment -h 2>&1 | head -n 2"),
    remedy=Remedy(
        kind="human",
        summary="Install iptables again, and remove other copies.",
        commands=(
            "type -a iptables",
            "sudo apt-get install --reinstall iptables",
            "sudo systemctl restart docker",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
        "iptables-nft-legacy-mismatch",
    ),
    references=("https://wiki.debian.org/iptables",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # an image that was stripped of what looked like nobody's
        script="rm /usr/lib/*/xtables/libxt_conntrack.so && systemctl restart docker; sleep 5",
    ),
)
