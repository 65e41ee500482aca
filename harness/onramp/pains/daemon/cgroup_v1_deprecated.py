"""The host uses control groups in their old form, which Docker will give up.

What you see: since 29 `docker info` ends with `WARNING: Support for cgroup v1 is deprecated and
planned to be removed by no later than May 2029`. Containers run as before.

Why it happens: the kernel was booted with the old hierarchy: the default of RHEL 8 and
Ubuntu 20.04, or a boot option somebody set for older software.

What to do: nothing today. When you next plan a restart, boot with
`systemd.unified_cgroup_hierarchy=1`; `stat -fc %T /sys/fs/cgroup` then says cgroup2fs.

What the remedy changes: every service of the host gets the new hierarchy at the next boot. Old
Java or monitoring software may not know it; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Situation, Symptom


def _foreseen(situation: Situation) -> str | None:
    old = situation.facts.cgroup == 1
    return "/sys/fs/cgroup is cgroup v1, which Docker supports until May 2029" if old else None


PAIN = PainPoint(
    id="cgroup-v1-deprecated",
    phase="daemon",
    title="cgroup v1 is deprecated",
    severity="notice",
    cause="The kernel was booted with the control groups' old hierarchy.",
    symptoms=(
        Symptom(
            r"Support for cgroup v1 is deprecated and planned to be removed",
            ">= 29",
            weight=3,
            warning=True,
        ),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Boot with the unified hierarchy when a restart suits.",
        commands=('sudo grubby --update-kernel=ALL --args="systemd.unified_cgroup_hierarchy=1"',),
        side_effects="Needs a restart; older software may not know cgroup v2.",
    ),
    references=(
        "https://github.com/moby/moby/issues/51111",
        "https://docs.docker.com/engine/containers/runmetrics/",
    ),
)
