"""A container's port on the bridge does not come up in time.

What you see: `check bridge port state: bridge port not forwarding after 200ms`, and the
container does not start.

Why it happens: since engine 28 the daemon waits until the kernel forwards on a container's new
port of the bridge. With spanning tree on, or on a machine under heavy load, that takes longer.

What to do: try again. If it stays, `bridge link` shows the state, and `ip link set docker0 type
bridge stp_state 0` switches spanning tree off.

What the remedy changes: a network setting of the host; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="bridge-port-not-forwarding",
    phase="up",
    title="A bridge port does not forward in time",
    severity="major",
    cause="The kernel took too long to let the container's bridge port forward.",
    symptoms=(Symptom(r"bridge port not forwarding after", ">= 28", weight=3),),
    remedy=Remedy(
        kind="human",
        summary="Try again; else switch spanning tree off on the bridge.",
        commands=(
            "bridge link",
            "ip -d link show docker0",
        ),
    ),
    references=("https://github.com/moby/moby/issues/49661",),
)
