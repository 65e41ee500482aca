"""What makes a host of an RPM system out of Debian's userland.

Debian's package manager goes, the system's own services stay off until they are enabled, and the RPM
database is told what is there: the packages by the names the system gives them, and what the real
libraries provide, so that a library that is missing is still found missing.
"""  # noqa: E501

import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from onramp.providers import Progress
from onramp.providers.lab import (
    bootstrap,
    engine_trees,
    rpm_packages,
    rpm_repositories,
    subprocesses,
    tools,
    unbranding,
)
from onramp.providers.lab.images import Image
from onramp.providers.lab.rpm_packages import Package

LIBRARIES = "base-libs"

_ISSUE = "\\S\nKernel \\r on an \\m (\\l)\n\n"

# Neither needs Python, and a clean host need not have any; Debian's rpm brings it.
WITHOUT_PYTHON = 'rm -rf "$1"/usr/bin/python3* "$1"/usr/bin/pydoc3* "$1"/usr/lib/python3*\n'

_PROVIDED = """
find /mnt/root/usr/lib/*-linux-gnu -maxdepth 1 -type f -name '*.so.*' |
    /usr/lib/rpm/elfdeps --provides | sort -u
"""


class System(Struct, frozen=True):
    """An RPM system: what its database knows, where its key lies, what else is its own.

    `release` is the package that says which system it is, `build` the release of the others.
    `named`: {its name for a package: Debian's}; `provides` adds what a name alone does not say.
    `finish`: shell, $1 = the root, in which it starts.
    """

    release: Package
    build: str
    named: Mapping[str, str]
    provides: Mapping[str, tuple[str, ...]]
    key: str
    finish: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


# What each system calls the packages of the userland; a system adds to it.
COMMON = {
    "bash": "bash",
    "ca-certificates": "ca-certificates",
    "coreutils": "coreutils",
    "curl": "curl",
    "glibc": "libc6",
    "gzip": "gzip",
    "kmod": "kmod",
    "nftables": "nftables",
    "openssh-server": "openssh-server",
    "rpm": "rpm",
    "sudo": "sudo",
    "systemd": "systemd",
    "tar": "tar",
    "util-linux": "util-linux",
    "xz": "xz-utils",
}
RED_HAT = {
    **COMMON,
    "iproute": "iproute2",
    "iptables-nft": "iptables",
    "procps-ng": "procps",
    "shadow-utils": "passwd",
    "slirp4netns": "slirp4netns",
    "fuse-overlayfs": "fuse-overlayfs",
}

_ACCOUNTS = ("/usr/sbin/groupadd", "/usr/sbin/useradd", "/usr/sbin/usermod")

# Which of them bring what others ask for by another name or by a path.
_PROVIDES: Mapping[str, tuple[str, ...]] = {
    "bash": ("/bin/sh", "/usr/bin/sh", "/bin/bash", "/usr/bin/bash"),
    "iptables-nft": ("iptables",),
    "shadow-utils": _ACCOUNTS,
    "shadow": _ACCOUNTS,
    LIBRARIES: ("rtld(GNU_HASH)",),
}


def recipe(system: System, image: Image) -> list[str]:
    """All that the image's root is made from."""
    modules = (__file__, rpm_packages.__file__, rpm_repositories.__file__)
    return [
        *bootstrap.recipe(image),
        unbranding.SCRIPT,
        *(Path(module).read_text() for module in modules),
        repr(system),
    ]


def make(system: System, image: Image, root: Path, cache: Path, progress: Progress) -> None:
    """The image's root directory."""
    toolbox = tools.build(cache / "mirror", progress)
    bootstrap.make(image, root)
    scratch = root.with_name("scratch")
    described = [system.release, *_described(system, root, toolbox.run(_PROVIDED, {"root": root}))]
    rpm_repositories.pack(toolbox, described, toolbox.key, scratch)
    unbranding.unbrand(root)
    for path, text in {"etc/issue": _ISSUE, "etc/issue.net": _ISSUE, **system.texts}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / system.key).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(toolbox.public_key, root / system.key)
    _register(root, scratch / "rpms")
    subprocesses.run_build(["sh", "-euc", system.finish, "finish", root], cwd=root)
    subprocesses.remove_tree(scratch)


def _described(system: System, root: Path, provided: str) -> list[Package]:
    """The system's packages, with the versions Debian's have; nothing is in them."""
    versions = unbranding.versions(root)
    libraries = Package(
        LIBRARIES, system.release.version, system.build,
        provides=(*_PROVIDES[LIBRARIES], *provided.splitlines()),
    )  # fmt: skip
    return [libraries] + [
        Package(
            name,
            engine_trees.upstream(versions[debian]),
            system.build,
            provides=(*_PROVIDES.get(name, ()), *system.provides.get(name, ())),
        )
        for name, debian in system.named.items()
    ]


def _register(root: Path, rpms: Path) -> None:
    """Have the root's own rpm write the database, in its own format."""
    inside = root / "var/tmp/rpms"
    shutil.copytree(rpms, inside)
    script = 'chroot "$1" sh -c "rpm -i --justdb --nosignature /var/tmp/rpms/*.rpm"'
    subprocesses.run_build(["sh", "-euc", script, "register", root])
    subprocesses.remove_tree(inside)
