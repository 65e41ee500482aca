"""The kernel's module xt_addrtype is in a package that is not installed.

What you see: on RHEL 10, AlmaLinux 10, Rocky 10 or CentOS Stream 10 dockerd ends with `Extension
addrtype revision 0 not supported, missing kernel module?`.

Why it happens: these systems keep xt_addrtype in kernel-modules-extra. The iptables package of
2026 no longer pulls that in, and Docker's firewall rules need it.

What to do: `sudo dnf install kernel-modules-extra-$(uname -r)`, `sudo modprobe xt_addrtype`, then
restart docker. Where only a newer kernel's modules are to be had, reboot into that kernel. Since 29
`"firewall-backend": "nftables"` in daemon.json does without the module.

What the remedy changes: it installs kernel modules and loads one; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

ASK = (
    'if [ -d "/lib/modules/$(uname -r)" ]; then modinfo -n xt_addrtype 2>/dev/null || '
    "echo missing; else echo no-modules-at-all; fi"
)
INSTALL = 'dnf -y install "kernel-modules-extra-$(uname -r)"'
LOAD = "modprobe xt_addrtype"
RESTART = "systemctl reset-failed docker.service; systemctl restart docker.service"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.strip() if situation.probe else ""
    return said == "missing" if said else None


def _install(situation: Situation) -> RemedyPlan | None:
    if "dnf" not in (known(situation.facts.commands) or ()):
        return None
    scripts = (INSTALL, LOAD, RESTART)
    return RemedyPlan(tuple(Command(script, as_root=True, timeout_s=900.0) for script in scripts))


PAIN = PainPoint(
    id="el10-xt-addrtype-missing",
    phase="daemon",
    title="kernel-modules-extra is missing",
    severity="blocker",
    cause="Docker's firewall rules need a kernel module whose package is not installed.",
    symptoms=(
        Symptom(
            r"Extension addrtype revision 0 not|Couldn't load match .addrtype'", "1.8.11", weight=3
        ),
        Symptom(r"failed to append jump rules to nat-PREROUTING", "28 - 29"),
        Symptom(r"RULE_APPEND failed \(No such file or directory\): rule in chain PREROUTING"),
    ),
    probe=Command(ASK),
    confirm=_confirmed,
    remedy=Remedy(
        kind="ask",
        summary="Install the running kernel's extra modules.",
        cure=_install,
        commands=(f"sudo {INSTALL}", f"sudo {LOAD}", "sudo systemctl restart docker"),
    ),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://github.com/docker/docker-ce-packaging/issues/1340",),
    affects=("rhel",),
)
