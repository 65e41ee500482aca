"""The bridge docker0 is no longer there.

What you see: `adding interface veth… to bridge docker0 failed: Device does not exist`; up to engine
27 `… could not find bridge docker0: route ip+net: no such network interface`.

Why it happens: the daemon makes docker0 when it starts and does not look again. A network
service that was restarted, a firewall's script or `ip link delete` took it away.

What to do: restart docker: it makes the bridge again. Then keep the network service from
managing it: `unmanaged-devices` for NetworkManager, `Unmanaged=yes` for systemd-networkd.

What the remedy changes: restarting the daemon interrupts containers; so a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="docker0-gone",
    phase="up",
    title="docker0 is gone",
    severity="blocker",
    cause="Something on the host removed the bridge that the daemon had made.",
    symptoms=(
        Symptom(r"could not find bridge docker0", "<= 27", weight=3),
        Symptom(r"to bridge docker0 failed: Device does not exist", "28", weight=3),
        Symptom(r"bridge docker0[^\n]{0,80}: no such network interface", "all", weight=3),
    ),
    probe=Command("ip link show docker0; true"),
    remedy=Remedy(
        kind="human",
        summary="Restart docker, and keep other services away from its bridges.",
        commands=(
            "ip link show docker0",
            "sudo systemctl restart docker",
        ),
        side_effects="Restarting Docker interrupts containers.",
    ),
    references=("https://docs.docker.com/engine/network/drivers/bridge/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        script="ip link delete docker0",
        before="up",
        stack={
            "docker-compose.yml": (
                "    depends_on:\n",
                "    network_mode: bridge\n    depends_on:\n",
            )
        },
    ),
)
