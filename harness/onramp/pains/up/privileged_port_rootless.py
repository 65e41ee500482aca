"""A Docker without root may not publish a port below 1024.

What you see: `cannot expose privileged port 80, you can add
'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf (currently 1024)` when a container
starts.

Why it happens: in rootless mode everything Docker does is done by your own user, and the kernel
keeps ports below 1024 for root. An ordinary, rootful Docker knows no such limit.

What to do: publish a higher port, such as `8080:80`: the left number counts. If it has to be the
low one, an administrator can lower the limit for everybody with `sudo sysctl
net.ipv4.ip_unprivileged_port_start=80`, and in a file in /etc/sysctl.d to make it last; or allow it
to rootlesskit alone with `setcap cap_net_bind_service=ep`, and restart Docker.

What the remedy changes: your compose file; or which ports any user of the host may listen on.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="privileged-port-rootless",
    phase="up",
    title="Rootless Docker cannot bind ports below 1024",
    severity="blocker",
    cause="Docker runs without root here, and the kernel keeps low ports for root.",
    symptoms=(
        Symptom(r"cannot expose privileged port \d", "rootlesskit >= 0.10", weight=3),
        Symptom(r"PortManager\.AddPort\(\): .{0,200}bind: permission denied", "rootlesskit"),
    ),
    probe=Command("cat /proc/sys/net/ipv4/ip_unprivileged_port_start"),
    remedy=Remedy(
        kind="human",
        summary="Publish a port from 1024 on, or lower the limit.",
        commands=(
            "sudo setcap cap_net_bind_service=ep $(which rootlesskit)",
            "systemctl --user restart docker",
        ),
        side_effects="With the capability, this user's Docker may use any low port.",
    ),
    references=("https://docs.docker.com/engine/security/rootless/troubleshoot/",),
    recipe=Recipe(
        images=("debian-13",),
        stack={"docker-compose.yml": ("8000:8000", "80:8000")},
        settings={"docker.method": "rootless"},
    ),
)
