"""In a container of LXD or Incus no container can change its root.

What you see: `error jailing process inside rootfs: pivot_root .: permission denied` for every
`docker run`.

Why it happens: the AppArmor profile that LXD gives the outer container does not allow
pivot_root with the runc of late 2025.

What to do: update LXD or Incus on the host and restart the outer container.
`security.nesting=true` has to be set there, too.

What the remedy changes: the host outside, which is not yours to change from here.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="lxd-pivot-root-denied",
    phase="up",
    title="pivot_root is denied by the outer container",
    severity="blocker",
    cause="The outer container's profile denies what runc does.",
    symptoms=(
        Symptom(r"error jailing process inside rootfs: pivot_root \.: permission", "", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Update LXD on the host outside.",
        commands=(
            "lxc config set NAME security.nesting true",
            "lxc restart NAME",
        ),
    ),
    references=("https://github.com/canonical/lxd/issues/13389",),
)
