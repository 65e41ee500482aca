"""firewalld refuses Docker's rules as of no kind it knows.

What you see: dockerd or firewalld prints `COMMAND_FAILED: INVALID_IPV: …`, and networks cannot
be made.

Why it happens: Fedora 42's iptables 1.8.11-6 and firewalld do not agree: the command's
alternatives link is gone, so firewalld finds no backend for IPv4 and calls it invalid.

What to do: `sudo alternatives --set iptables /usr/sbin/iptables-nft`, or update iptables; then
restart firewalld and docker, in this order.

What the remedy changes: the host's firewall; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="firewalld-invalid-ipv",
    phase="daemon",
    title="firewalld calls IPv4 invalid",
    severity="blocker",
    cause="firewalld finds no iptables to pass Docker's rules to.",
    symptoms=(Symptom(r"COMMAND_FAILED: [^\n]{0,40}INVALID_IPV", "firewalld", weight=3),),
    remedy=Remedy(
        kind="human",
        summary="Mend the link to iptables, and restart firewalld and docker.",
        commands=(
            "alternatives --display iptables",
            "sudo alternatives --set iptables /usr/sbin/iptables-nft",
            "sudo systemctl restart firewalld docker",
        ),
    ),
    explains=(
        "daemon-not-running",
        "service-failed-to-start",
    ),
    references=("https://github.com/docker/for-linux/issues/1541",),
    affects=("rhel",),
)
