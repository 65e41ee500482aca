"""dockerd is to write nftables rules, and there is no nft.

What you see: dockerd ends with `firewall-backend is set to nftables: failed to find nft tool:
exec: "nft": executable file not found in $PATH`.

Why it happens: `"firewall-backend": "nftables"` in daemon.json makes engine 29 call the command
nft, which Docker's packages do not depend on.

What to do: `sudo apt install nftables`, then `sudo systemctl restart docker`. Or take the line
out of daemon.json: the daemon then uses iptables again.

What the remedy changes: it installs a package, so a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="nft-tool-missing",
    phase="daemon",
    title="The command nft is missing",
    severity="blocker",
    cause="The daemon is set to nftables, and the command nft is not installed.",
    symptoms=(
        Symptom(r"failed to find nft tool: ", ">= 29", weight=3),
        Symptom(r'exec: "nft": executable file not found', "Go", weight=3),
    ),
    probe=Command("command -v nft; grep firewall-backend /etc/docker/daemon.json; true"),
    remedy=Remedy(
        kind="human",
        summary="Install nftables, or use iptables.",
        commands=(
            "sudo apt-get install nftables",
            "sudo systemctl restart docker",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=("https://docs.docker.com/engine/network/firewall-nftables/",),
)
