"""This RHEL is not registered, so it has no package sources of its own.

What you see: `This system is not registered with an entitlement server`, `There are no enabled
repositories in "/etc/yum.repos.d"`, or `nothing provides container-selinux … needed by docker-ce`.

Why it happens: Red Hat's packages are served to registered systems only. Docker's repository
answers, but what Docker needs besides (container-selinux, iptables, libcgroup) is Red Hat's. On a
clone the same words mean that BaseOS, AppStream or Extras was switched off.

What to do: `subscription-manager register`, with an account (one for developers is free), then
`dnf repolist` should list BaseOS and AppStream. On a clone: `dnf config-manager --set-enabled`.

What the remedy changes: a contract and an account are involved; only a person can do it.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="rhel-subscription",
    phase="install",
    title="RHEL without a registration",
    severity="blocker",
    cause="The system has no package source for what Docker's packages depend on.",
    symptoms=(
        Symptom(r"system is not registered with an entitlement server", "dnf, yum", weight=3),
        Symptom(r"^Error: There are no enabled repos", "dnf 4, 5", weight=3),
        Symptom(r"^There are no enabled repos", "yum", weight=3),
        Symptom(
            r"nothing provides (?:container-selinux|libcgroup)[^\n]{0,60} needed by docker",
            "dnf 4, 5",
        ),
        Symptom(r"^ +Requires: container-selinux", "yum"),
    ),
    probe=Command("subscription-manager status; dnf repolist; true", as_root=True),
    remedy=Remedy(
        kind="human",
        summary="Register the system, or switch its own repositories on.",
        commands=("sudo subscription-manager register", "sudo dnf repolist"),
        side_effects="The host appears in a Red Hat account.",
    ),
    references=(
        "https://docs.docker.com/engine/install/rhel/#prerequisites",
        "https://github.com/rpm-software-management/dnf/blob/master/dnf/cli/cli.py",
    ),
    affects=("rhel",),
)
