"""Docker's RPM packages require container-selinux, and no enabled repository has it.

What you see: `nothing provides container-selinux needed by docker-ce-…`, or the same with a
version, `container-selinux >= 2:2.74 needed by containerd.io-…`; yum says `Requires:
container-selinux`.

Why it happens: the package is the system's own, in AppStream on RHEL 8 and later and on its
rebuilds, in Extras on CentOS 7. Minimal mirrors and disabled repositories leave it out, so Docker's
repository alone does not suffice.

What to do: switch the repository on that has it (`sudo dnf config-manager --set-enabled
appstream`; the name is in `dnf repolist --all`), then install again.

What the remedy changes: more of the system's own packages can be installed; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

FILES = "/etc/yum.repos.d"


def _off(situation: Situation) -> bool | None:
    """Whether a repository of that name is there and switched off."""
    listed = situation.probe.stdout if situation.probe else ""
    return "appstream" in listed.lower() or None


def _enable(situation: Situation) -> RemedyPlan | None:
    if not _off(situation):
        return None
    enable = "dnf -y install dnf-plugins-core && dnf config-manager --set-enabled appstream"
    return RemedyPlan(actions=(Command(enable, as_root=True, timeout_s=600.0),))


PAIN = PainPoint(
    id="container-selinux-missing",
    phase="install",
    title="No repository provides container-selinux",
    severity="blocker",
    cause="Docker's packages require a package of the system's whose repository is switched off.",
    symptoms=(
        Symptom(r"nothing provides container-selinux\b.{0,60} needed by", "dnf 4, 5", weight=3),
        Symptom(r"^\s*Requires: container-selinux", "yum", weight=3),
    ),
    probe=Command("dnf -q repolist --disabled; true"),
    confirm=_off,
    remedy=Remedy(
        kind="ask",
        summary="Switch on the repository that has container-selinux.",
        cure=_enable,
        commands=("dnf repolist --all", "sudo dnf config-manager --set-enabled appstream"),
        side_effects="Packages of one more source become available.",
    ),
    explains=("dnf-releasever-404",),
    references=(
        "https://docs.docker.com/engine/install/centos/#prerequisites",
        "https://github.com/docker/docker-ce-packaging/blob/master/rpm/SPECS/docker-ce.spec",
    ),
    affects=("rhel",),
    recipe=Recipe(
        ("rhel-like",), f"sed -i '/AppStream/,$s/^enabled=1/enabled=0/' {FILES}/centos.repo"
    ),
)
