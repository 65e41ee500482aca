"""What a kernel's package and udev would have put on a host whose kernel comes from outside.

Without it, what looks for a module of the kernel, or for a way into /dev/net/tun as a plain user,
misses on a lab host what any real one has: Docker's rootless mode does.
"""

import gzip
import platform
import re
from collections.abc import Mapping
from pathlib import Path

_TUN = "z /dev/net/tun 0666 - - -\n"  # as udev's 50-udev-default.rules has it
_PLACES = {"NF_TABLES": "net/netfilter/nf_tables", "IP_NF_IPTABLES": "net/ipv4/netfilter/ip_tables"}


def files(root: Path = Path("/")) -> Mapping[str, str]:
    """Files to write into a host before it boots: {path: text}; `root` is the machine's."""
    made = {"etc/tmpfiles.d/lab-tun.conf": _TUN}
    builtin = f"lib/modules/{platform.release()}/modules.builtin"
    text = _text(root / builtin) or _built_in(_text(root / "proc/config.gz"))
    return {**made, builtin: text} if text else made


def _built_in(config: str) -> str:
    """The list of a kernel that came without one, by its configuration."""
    there = re.findall(r"^CONFIG_(\w+)=y$", config, re.MULTILINE)
    return "".join(f"kernel/{_PLACES[name]}.ko\n" for name in there if name in _PLACES)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    except (OSError, ValueError):
        return ""
