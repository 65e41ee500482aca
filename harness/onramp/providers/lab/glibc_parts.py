"""Programs of Debian's that a system with another C library needs beside Docker's.

An sshd, iptables, and glibc with every library they and the engine are linked to: unpacked,
not installed, so that they can be packed again for such a system.
"""

from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import apt_sources, artifacts, subprocesses
from onramp.providers.lab.apk_format import Content, Link

SUITE = "trixie"
PACKAGES = ("openssh-server", "openssh-client", "iptables", "libseccomp2", "libsystemd0")
OPENSSH, IPTABLES, GLIBC = "10.0_p1-r0", "1.8.11-r0", "2.41-r0"  # what the suite has

_LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = "lib64/ld-linux-x86-64.so.2"


def build(home: Path, progress: Progress) -> Path:
    """The directory they are in, as they lie below `/`; made if needed: about 20 s, 90 MB."""
    options = apt_sources.apt_options()
    lines = apt_sources.read_archive().lines(SUITE, extra_suites=False)

    def make(folder: Path) -> None:
        progress("fetching an sshd and libraries (once, about 20 s)")
        subprocesses.run_build(
            [
                "mmdebstrap", "--variant=extract", "--mode=root", f"--include={','.join(PACKAGES)}",
                *(f"--aptopt={option}" for option in options), SUITE, folder / "root", *lines,
            ]
        )  # fmt: skip

    return artifacts.built(home, "glibc", [*PACKAGES, *options, *lines], make) / "root"


def libraries(root: Path) -> dict[str, Content]:
    """glibc and every other library, where its loader looks for them."""
    found: dict[str, Content] = {LOADER: Link(f"/{_LIBRARIES}/{Path(LOADER).name}")}
    for path in (root / _LIBRARIES).iterdir():
        if ".so" in path.name and not path.is_dir():
            found[f"{_LIBRARIES}/{path.name}"] = _as_it_lies(path)
    return found


def iptables(root: Path) -> dict[str, Content]:
    """The iptables of nftables under the names people type, and its extensions."""
    found: dict[str, Content] = {
        f"usr/sbin/{name}{action}": Link("xtables-nft-multi")
        for name in ("iptables", "ip6tables", "iptables-nft", "ip6tables-nft")
        for action in ("", "-save", "-restore")
    }
    found["usr/sbin/xtables-nft-multi"] = root / "usr/sbin/xtables-nft-multi"
    for path in (root / _LIBRARIES / "xtables").iterdir():
        found[f"{_LIBRARIES}/xtables/{path.name}"] = _as_it_lies(path)
    return found


def sshd(root: Path) -> dict[str, Content]:
    """sshd with its helpers, and what makes host keys."""
    helpers = [path for path in (root / "usr/lib/openssh").glob("sshd-*")]
    programs = [root / "usr/sbin/sshd", root / "usr/bin/ssh-keygen", *helpers]
    return {str(path.relative_to(root)): path for path in programs}


def scp(root: Path) -> dict[str, Content]:
    """What somebody who copies a file over starts on the other side."""
    return {"usr/bin/scp": root / "usr/bin/scp"}


def _as_it_lies(path: Path) -> Content:
    return Link(str(path.readlink())) if path.is_symlink() else path
