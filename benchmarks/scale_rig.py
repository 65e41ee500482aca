"""Many hosts out of one: a lab host that answers on as many addresses as are asked for.

Linux takes whole networks for its own ("AnyIP": `ip route add local`), so one sshd answers on all
of them, in the namespace of its own that every lab host has. To whoever connects each is a host.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from onramp.errors import HarnessError
from onramp.model.host import Host
from onramp.providers.lab import subprocesses
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import root_shell
from onramp.providers.lab.provider import LabProvider

ADDRESSES: Final = IPv4Network("198.19.0.0/16")  # the half of the lab's network no host is in
IMAGE: Final = "debian-13"
# No login of the user's runs a file of its own, and sshd turns nobody away: it stands for many.
SCRIPT: Final = """
rm -f ~newcomer/.bashrc ~newcomer/.profile ~newcomer/.bash_logout
printf 'MaxStartups 10000\\nPerSourcePenalties no\\n' > /etc/ssh/sshd_config.d/rig.conf
systemctl reload ssh
ip route replace local {addresses} dev lo
"""


@contextmanager
def rig(name: str = "bench-rig", addresses: IPv4Network = ADDRESSES) -> Iterator[Host]:
    """The one host, up for the length of the block. Raises HarnessError."""
    lab = Lab()
    provider = LabProvider(lab)
    host = provider.acquire(Host(name, "", provider="lab", image=IMAGE), lambda said: None)
    try:
        booted, script = lab.get(name), SCRIPT.replace("{addresses}", str(addresses))
        code, _, said = root_shell(booted, script) if booted else (1, "", "it is gone")
        if code:
            raise HarnessError("bench: the rig could not be set up", said)
        route = ["ip", "route", "replace", str(addresses), "via", str(host.address)]
        subprocesses.run(route)
        yield host
    finally:
        provider.release(host)
        provider.close()
        subprocesses.run(["ip", "route", "flush", str(addresses)])


def many(host: Host, count: int, work: Path, addresses: IPv4Network = ADDRESSES) -> Sequence[Host]:
    """`count` hosts, all of them the rig, with one known_hosts that has a line for each key."""
    places = [str(addresses[256 + number]) for number in range(count)]
    keys = [line.split(" ", 1)[1] for line in Path(str(host.known_hosts)).read_text().splitlines()]
    known = work / f"known_hosts-{count}"
    known.write_text("".join(f"{at} {key}\n" for at in places for key in keys))
    return [
        replace(host, name=f"h{number:05}", address=at, known_hosts=str(known))
        for number, at in enumerate(places)
    ]
