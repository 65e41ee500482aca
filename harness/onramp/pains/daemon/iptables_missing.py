"""dockerd finds no iptables, so it cannot set up the network of containers.

What you see: dockerd ends with `failed to register "bridge" driver: ... iptables not found`
(20.10: `Iptables not found`).

Why it happens: dockerd writes its firewall rules with the command iptables. Packages bring it as a
dependency; static binaries, stripped images and a lost link in /etc/alternatives do not.

What to do: `sudo apt install --reinstall iptables` (with dnf the package is iptables-nft), then
`sudo systemctl restart docker`. Since 29 the daemon can do without:
`"firewall-backend": "nftables"` in daemon.json.

What the remedy changes: it installs a package; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.daemon import restarted

STEPS = ("install-engine", "start-daemon", "use-without-sudo", "")


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.strip() if situation.probe else ""
    return said == "missing" if said else None


def _install(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.package_manager if situation.platform else None
    if manager is None:
        return None
    name = "--reinstall iptables" if manager.name == "apt" else "iptables"
    scripts = (manager.refresh, manager.install.format(packages=name))
    install = (Command(s, as_root=True, timeout_s=600.0, env=manager.env) for s in scripts)
    return RemedyPlan((*install, *restarted(situation)))


PAIN = PainPoint(
    id="iptables-missing",
    phase="daemon",
    title="iptables is not installed",
    severity="blocker",
    cause="The daemon needs the command iptables, which is not on this host.",
    symptoms=(
        Symptom(r"[Ii]ptables not found", "20.10 - 29", STEPS, weight=3),
        Symptom(r"[Ff]ailed to find iptables", "20.10 - 29", STEPS, weight=3),
        Symptom(r'exec: "iptables": executable file not found', "Go", STEPS, weight=3),
    ),
    probe=Command("PATH=$PATH:/usr/sbin:/sbin; command -v iptables || echo missing"),
    confirm=_confirmed,
    remedy=Remedy("ask", "Install iptables.", _install, ("sudo apt install iptables",)),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # the package stays, its command is gone: a link lost in /etc/alternatives
        script="update-alternatives --remove-all iptables\n"
        "systemctl restart docker || service docker restart; sleep 5",
        starts="ready",
    ),
)
