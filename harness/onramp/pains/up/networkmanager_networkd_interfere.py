"""The host's network manager took the address off Docker's bridge.

What you see: containers run, but the published page hangs or is cut off; containers reach nothing.
`ip addr` shows docker0 or br-… without an address, networkd logs `docker0: Lost carrier`.

Why it happens: a catch-all such as `Name=*` or `Name=br*` in a .network file, a wide netplan match,
or NetworkManager claims every interface, Docker's too, and gives it the configuration it knows:
none, or DHCP. The address that Docker had set is dropped.

What to do: tell the manager to leave Docker's interfaces alone. For systemd-networkd, a file that
sorts first, such as /etc/systemd/network/05-docker.network, with `[Match]`, `Name=docker0 br-*
veth*`, `[Link]`, `Unmanaged=yes`; for NetworkManager, `unmanaged-devices=interface-name:docker0;
interface-name:br-*;interface-name:veth*` under `[keyfile]`. Reload it, then restart Docker.

What the remedy changes: a file of the network configuration; Docker restarts.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

GATEWAYS = "{{range .IPAM.Config}}gateway {{.Gateway}}{{println}}{{end}}"
ASK = (
    "ip -o -4 addr; docker network inspect $(docker network ls -q -f driver=bridge)"
    f" -f '{GATEWAYS}'; networkctl list --no-pager; nmcli -t -f DEVICE,STATE dev; true"
)


def _gone(situation: Situation) -> bool | None:
    seen = situation.probe.stdout if situation.probe else ""
    gateways = re.findall(r"^gateway ([\d.]{7,15})$", seen, re.MULTILINE)
    if not gateways or " inet " not in seen:
        return None if situation.step == "" else False
    return any(f" inet {gateway}/" not in seen for gateway in gateways)


PAIN = PainPoint(
    id="networkmanager-networkd-interfere",
    phase="up",
    title="Network manager removes addresses from Docker's bridges",
    severity="blocker",
    cause="Something that manages the host's interfaces took the address off Docker's bridge.",
    symptoms=(
        Symptom(r"\b(?:docker0|br-\w{6,12}): Lost carrier", "systemd-networkd", ("",), weight=2),
        Symptom(r": no answer \(", "all", ("verify",), weight=1),
    ),
    probe=Command(ASK),
    confirm=_gone,
    remedy=Remedy("human", "Have the network manager leave Docker's interfaces alone."),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="verify",
        # an administrator's catch-all, and what `netplan apply` does with it
        script="""printf '[Match]\\nName=br-*\\n[Network]\\nDHCP=ipv4\\n' \\
    > /etc/systemd/network/50-bridges.network && systemctl start systemd-networkd &&
networkctl reconfigure $(ls /sys/class/net | grep ^br-) && sleep 2""",
    ),
)
