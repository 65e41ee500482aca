"""Docker's firewall chains are gone: something has emptied the rule set.

What you see: `Chain 'DOCKER' does not exist` or `iptables: No chain/target/match by that name.`
inside a long `iptables failed: iptables --wait -t nat …`, when a network is made or a port
published.

Why it happens: the daemon writes its chains once, when it starts. Whatever loads a rule set of
its own after that removes them: `nft flush ruleset` in /etc/nftables.conf, a restart of nftables,
an old firewalld, `iptables -F; iptables -X` in a script.

What to do: restart Docker, which writes them anew. Then see that the firewall is loaded before
Docker starts, or that its file flushes its own tables instead of the whole rule set.

What the remedy changes: the daemon is restarted, and with it every container that has no
`live-restore`; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PROBE = "iptables -t nat -S DOCKER; iptables -S DOCKER; iptables -S FORWARD"


def _confirmed(situation: Situation) -> bool | None:
    if not situation.probe or not situation.probe.ok:
        return None  # iptables itself does not work: another matter
    return situation.probe.stdout.count("-N DOCKER\n") < 2


def _restart(situation: Situation) -> RemedyPlan | None:
    if not situation.platform:
        return None
    restart = situation.platform.service_manager.restart.format(unit="docker")
    return RemedyPlan(actions=(Command(restart, as_root=True),))


PAIN = PainPoint(
    id="firewall-rules-flushed",
    phase="up",
    severity="blocker",
    title="Docker's firewall chains were flushed",
    cause="Something removed the chains that the daemon made when it started.",
    symptoms=(
        Symptom(r"Chain 'DOCKER[\w-]*' does not exist", "iptables-nft", weight=3),
        Symptom(r"No chain/target/match by that name", "iptables", weight=2),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        kind="ask",
        summary="Restart Docker, which writes its chains anew.",
        cure=_restart,
        commands=("sudo systemctl restart docker",),
    ),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        script="for t in nat filter raw mangle; do iptables -t $t -F && iptables -t $t -X; done",
    ),
)
