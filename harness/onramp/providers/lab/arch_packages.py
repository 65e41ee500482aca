"""Arch's repositories: Docker's parts as Arch packs them, and the packages a small system has.

The latter are empty but for their names and the versions of Debian's packages that are really there;
archlinux-keyring has the key that this lab signs with.
"""  # noqa: E501

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab import (
    arch_system,
    artifacts,
    engine_trees,
    pacman_packages,
    subprocesses,
    tools,
)
from onramp.providers.lab.engine_trees import UNITS, Engine
from onramp.providers.lab.pacman_packages import Package
from onramp.providers.lab.tools import Tools

PLUGINS = "usr/lib/docker/cli-plugins"
_KEYRINGS = "usr/share/keyrings"  # where the pacman-key of Debian looks
_THEIR_PLUGINS = engine_trees.PLUGINS


class Part(Struct, frozen=True):
    """One of Docker's parts as Arch packs it; `files`: {path: "<package of Docker's>/<path>"}."""

    name: str
    version_of: str
    files: Mapping[str, str]
    depends: tuple[str, ...] = ()
    epoch: str = ""
    optional: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def _of(package: str, *paths: str) -> dict[str, str]:
    return {path: f"{package}/{path}" for path in paths}


PARTS = (
    Part(
        "docker",
        "docker-ce",
        {
            **_of("docker-ce", "usr/bin/dockerd", "usr/bin/docker-proxy"),
            **_of("docker-ce", f"{UNITS}/docker.service", f"{UNITS}/docker.socket"),
            **_of("docker-ce-cli", "usr/bin/docker"),
            "usr/bin/docker-init": "docker-ce/usr/libexec/docker/docker-init",
        },
        ("containerd", "glibc", "iproute2", "iptables", "runc", "systemd-libs"),
        "1:",
        ("docker-buildx: extended build capabilities", "docker-compose: several containers"),
        (("usr/lib/sysusers.d/docker.conf", "g docker - -\n"),),
    ),
    Part(
        "docker-compose",
        "docker-compose-plugin",
        {f"{PLUGINS}/docker-compose": f"docker-compose-plugin/{_THEIR_PLUGINS}/docker-compose"},
        ("glibc",),
        links=(("usr/bin/docker-compose", f"/{PLUGINS}/docker-compose"),),
    ),
    Part(
        "docker-buildx",
        "docker-buildx-plugin",
        {f"{PLUGINS}/docker-buildx": f"docker-buildx-plugin/{_THEIR_PLUGINS}/docker-buildx"},
        ("glibc",),
    ),
    Part(
        "containerd",
        "containerd.io",
        _of(
            "containerd.io",
            *(f"usr/bin/{name}" for name in ("containerd", "containerd-shim-runc-v2", "ctr")),
            f"{UNITS}/containerd.service",
        ),
        ("glibc", "runc"),
    ),
    Part("runc", "runc", _of("containerd.io", "usr/bin/runc"), ("glibc", "libseccomp")),
)

# {Arch's package: the Debian package that is there in its place}
SYSTEM = {
    "bash": "bash",
    "ca-certificates": "ca-certificates",
    "coreutils": "coreutils",
    "curl": "curl",
    "dbus": "dbus",
    "glibc": "libc6",
    "gzip": "gzip",
    "iproute2": "iproute2",
    "iptables": "iptables",
    "kmod": "kmod",
    "libseccomp": "libseccomp2",
    "openssh": "openssh-server",
    "pacman": "pacman-package-manager",
    "procps-ng": "procps",
    "shadow": "passwd",
    "sudo": "sudo",
    "systemd": "systemd",
    "systemd-libs": "libsystemd0",
    "systemd-sysvcompat": "systemd-sysv",
    "util-linux": "util-linux",
    "xz": "xz-utils",
}
_BASE = ("archlinux-keyring", "bash", "coreutils", "glibc", "pacman", "shadow", "systemd")


def build(home: Path, progress: Progress) -> Path:
    """The directory to be served as `archlinux/`, built if needed: about 10 s, 90 MB."""
    with ThreadPoolExecutor() as pool:
        fetched = pool.submit(engine_trees.build, home, progress)
        system = pool.submit(arch_system.build, home, progress)
        toolbox = tools.build(home, progress)
    engine, there = fetched.result(), system.result().versions

    def make(folder: Path) -> None:
        progress("building Arch's packages (once, about 10 s)")
        scratch = folder / "scratch"
        scratch.mkdir()
        made = pacman_packages.make(
            toolbox, repositories(engine, there, _keyring(toolbox)), scratch
        )
        for repository in made.iterdir():
            repository.rename(folder / repository.name)
        subprocesses.remove_tree(scratch)

    return artifacts.built(home, "pacman", recipe(), make)


def recipe() -> list[str]:
    """All that the packages are made from."""
    modules = (__file__, pacman_packages.__file__, engine_trees.__file__, arch_system.__file__)
    return [Path(module).read_text() for module in modules]


def repositories(
    engine: Engine, there: Mapping[str, str], keyring: Package
) -> Mapping[str, Sequence[Package]]:
    """What lies in which of Arch's two repositories; `there`: the versions of Debian's packages."""
    system = [Package(name, version(there[debian])) for name, debian in SYSTEM.items()]
    return {
        "core": [keyring, Package("base", "3-2", depends=_BASE), *system],
        "extra": [_part(part, engine) for part in PARTS],
    }


def version(debian: str) -> str:
    """`1:2.42+dfsg1-3` is packed as 2.42-1."""
    return re.sub(r"[^0-9A-Za-z._]", "_", engine_trees.upstream(debian)) + "-1"


def _part(part: Part, engine: Engine) -> Package:
    return Package(
        part.name,
        f"{part.epoch}{engine.versions[part.version_of]}-1",
        {path: engine.trees / source for path, source in part.files.items()},
        dict(part.texts),
        dict(part.links),
        part.depends,
        part.optional,
    )


def _keyring(toolbox: Tools) -> Package:
    """The key as `pacman-key --populate archlinux` looks for it, and that it is trusted."""
    armored = toolbox.public_key.read_text()
    return Package(
        "archlinux-keyring",
        "20260909-1",
        texts={
            f"{_KEYRINGS}/archlinux.gpg": armored,
            f"{_KEYRINGS}/archlinux-trusted": f"{fingerprint(toolbox.run(_LIST, {}))}:4:\n",
            f"{_KEYRINGS}/archlinux-revoked": "",
        },
    )


_LIST = "gpg --batch --with-colons --list-keys\n"


def fingerprint(listed: str) -> str:
    """The first key's, out of what `gpg --with-colons --list-keys` prints."""
    row = next(line for line in listed.splitlines() if line.startswith("fpr:"))
    return row.split(":")[9]
