"""The lab's network: one bridge in 198.18.0.0/15, a namespace and a veth pair for each host.

198.18.0.0/15 is set aside for tests (RFC 2544), so it meets neither Docker's own pools nor a
home network. Everything made here carries the word `onramp`, which is how it is found again.
Addresses are claimed machine-wide, in /run, so that two users of the lab never share one.
"""

import contextlib
import hashlib
import ipaddress
import re
from collections.abc import Collection
from pathlib import Path

from onramp.providers.lab import locks, subprocesses

BRIDGE = "onramp0"
NETWORK = ipaddress.ip_network("198.18.0.0/15")
FIRST_HOST = 16
LAST_HOST = 0xFFFF - 1
RUN = Path("/run/onramp")
LOCK = RUN / "lock"

_RESOLVERS = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))
_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_TAGGED = ["-m", "comment", "--comment", "onramp"]
_RULES: tuple[tuple[str, str, list[str]], ...] = (
    ("nat", "POSTROUTING", ["-s", str(NETWORK), "!", "-d", str(NETWORK), "-j", "MASQUERADE"]),
    ("filter", "FORWARD", ["-i", BRIDGE, "-j", "ACCEPT"]),
    ("filter", "FORWARD", ["-o", BRIDGE, "-j", "ACCEPT"]),
    ("filter", "INPUT", ["-i", BRIDGE, "-j", "ACCEPT"]),
)


def address_of(index: int) -> str:
    """The address with this number in the lab's network: 1 is the bridge's own."""
    return str(NETWORK.network_address + index)


def hardware_address(index: int) -> str:
    """The MAC address that goes with a number.

    Always the same one: an address that is given again must not meet neighbours who remember
    its former owner, and a bridge left to itself takes over a port's address and drops it again.
    """
    return f"02:12:c6:{index >> 16 & 255:02x}:{index >> 8 & 255:02x}:{index & 255:02x}"


GATEWAY = address_of(1)
INTERCEPTORS = tuple(address_of(index) for index in range(2, 6))


def free_index(taken: Collection[int]) -> int:
    """The lowest host number nobody has."""
    return next(n for n in range(FIRST_HOST, LAST_HOST) if n not in taken)


def namespace(index: int) -> str:
    """The name of a host's network namespace, and of its end of the veth pair on this side."""
    return f"onramp{index}"


def claims() -> dict[int, Path]:
    """Which host directory has claimed which number, on the whole machine."""
    found = {}
    for path in (RUN / "addresses").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError):  # released meanwhile
            found[int(path.name)] = Path(path.read_text())
    return found


def claim(owner: Path) -> int:
    """Take a free number for a host directory."""
    with locks.locked(LOCK):
        index = free_index(claims().keys() | _namespaces())
        folder = RUN / "addresses"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".new").write_text(str(owner))
        (folder / ".new").rename(folder / str(index))
        return index


def release(index: int) -> None:
    """Give a number back, with its namespace and veth pair; nothing happens when they are gone."""
    detach(index)
    (RUN / "addresses" / str(index)).unlink(missing_ok=True)


def detach(index: int) -> None:
    """Remove a host's namespace with all that is in it: its interfaces, bridges and rules."""
    name = namespace(index)
    subprocesses.works(["ip", "link", "del", name])
    subprocesses.works(["ip", "netns", "del", name])


def mirror_state(home: Path) -> Path:
    """Where the servers of the mirror in this cache keep their ids; gone after a reboot."""
    return RUN / "mirrors" / hashlib.sha256(str(home).encode()).hexdigest()[:12]


def mirrors() -> list[Path]:
    """The state directories of all mirrors that run on this machine."""
    return list((RUN / "mirrors").glob("[!.]*"))


def _namespaces() -> set[int]:
    """Numbers whose namespace exists, claimed or not."""
    folder = Path("/run/netns")
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return {int(found[1]) for name in names if (found := re.fullmatch(r"onramp(\d+)", name))}


def uplink_mtu() -> int:
    """The packet size, in bytes, that the machine's way out takes; hosts must not exceed it."""
    route = subprocesses.run(["ip", "-4", "route", "show", "default"])
    device = re.search(r"dev (\S+)", route)
    path = Path(f"/sys/class/net/{device[1]}/mtu") if device else None
    return int(path.read_text()) if path and path.exists() else 1500


def raise_bridge() -> None:
    """Make bridge, forwarding and NAT; safe to repeat, and repairs what was removed by hand."""
    with locks.locked(LOCK):
        if not Path(f"/sys/class/net/{BRIDGE}").exists():
            mac = hardware_address(1)
            subprocesses.run(["ip", "link", "add", BRIDGE, "address", mac, "type", "bridge"])
        for address in (GATEWAY, *INTERCEPTORS):
            subprocesses.run(["ip", "address", "replace", f"{address}/15", "dev", BRIDGE])
        subprocesses.run(["ip", "link", "set", BRIDGE, "mtu", str(uplink_mtu()), "up"])
        _forward()
        for table, chain, rule in _RULES:
            words = [*rule[:-2], *_TAGGED, *rule[-2:]]
            if not subprocesses.works(["iptables", "-w", "-t", table, "-C", chain, *words]):
                subprocesses.run(["iptables", "-w", "-t", table, "-I", chain, "1", *words])


def _forward() -> None:
    """Let the kernel forward packets, remembering when it did not."""
    if _FORWARDING.read_text().strip() == "0":
        (RUN / "forwarding-was-off").touch()
        _FORWARDING.write_text("1")


def lower_bridge() -> None:
    """Undo `raise_bridge`, rule by rule, unless a host or a mirror still uses it."""
    with locks.locked(LOCK):
        if claims() or mirrors():
            return
        for table, chain, rule in _RULES:
            words = [*rule[:-2], *_TAGGED, *rule[-2:]]
            while subprocesses.works(["iptables", "-w", "-t", table, "-D", chain, *words]):
                pass
        subprocesses.works(["ip", "link", "del", BRIDGE])
        if (RUN / "forwarding-was-off").exists():
            _FORWARDING.write_text("0")
            (RUN / "forwarding-was-off").unlink()


def attach(index: int) -> None:
    """Make a host's namespace with `eth0` in it, addressed and routed from outside.

    From outside, because then it works with any init system and needs no daemon in the host.
    """
    name, mtu = namespace(index), str(uplink_mtu())
    subprocesses.run(["ip", "netns", "add", name])
    subprocesses.run(
        ["ip", "link", "add", name, "mtu", mtu, "master", BRIDGE, "up", "type", "veth",
         "peer", "name", "eth0", "mtu", mtu, "address", hardware_address(index), "netns", name]
    )  # fmt: skip
    inside = f"""link set lo up
        address add {address_of(index)}/15 dev eth0
        link set eth0 up
        route add default via {GATEWAY}"""
    subprocesses.run(["ip", "-netns", name, "-batch", "-"], stdin=inside)


def resolv_conf() -> str:
    """DNS servers for hosts: the machine's, but never one on its loopback, which they cannot ask.

    systemd-resolved keeps the real ones in a second file (systemd-resolved.service(8)).
    """
    texts = [path.read_text() for path in _RESOLVERS if path.exists()]
    reachable = (t for t in texts if not re.search(r"^nameserver\s+(127\.|::1)", t, re.MULTILINE))
    return next(reachable, texts[0] if texts else "")
