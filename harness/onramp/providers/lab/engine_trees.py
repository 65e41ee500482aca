"""The engine the lab's packages are made of: Debian unstable's binaries, laid out as Docker ships them.

Debian unstable carries Docker Engine under other package names; its binaries need only glibc 2.34, so
they run on every system of the lab but bullseye's. One directory a package of Docker's; what makes a
.deb, an .rpm or another package of it takes these files as they are.
"""  # noqa: E501

import json
import re
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import artifacts, fetch_packages, subprocesses
from onramp.providers.lab.maintainer_scripts import CONTAINERD_CONFIG

FETCHED = (
    "docker.io/sid", "docker-cli/sid", "docker-buildx/sid", "docker-compose/sid",
    "containerd/sid", "tini-static/sid", "rootlesskit/sid", "runc/bookworm",
)  # fmt: skip

PLUGINS = "usr/libexec/docker/cli-plugins"
UNITS = "usr/lib/systemd/system"
_SCRIPTS = "docker.io:usr/share/docker.io/contrib"

# {Docker's package: (the Debian package whose version it has, {path: "<Debian package>:<path>"})}
CONTENTS: dict[str, tuple[str, dict[str, str]]] = {
    "docker-ce": (
        "docker.io",
        {
            "usr/bin/dockerd": "docker.io:usr/sbin/dockerd",
            "usr/bin/docker-proxy": "docker.io:usr/sbin/docker-proxy",
            "usr/libexec/docker/docker-init": "tini-static:usr/bin/tini-static",
            f"{UNITS}/docker.service": f"docker.io:{UNITS}/docker.service",
            f"{UNITS}/docker.socket": f"docker.io:{UNITS}/docker.socket",
            "etc/init.d/docker": "docker.io:etc/init.d/docker",
            "etc/default/docker": "docker.io:etc/default/docker",
        },
    ),
    "docker-ce-cli": (
        "docker-cli",
        {
            "usr/bin/docker": "docker-cli:usr/bin/docker",
            "usr/share/bash-completion/completions/docker": (
                "docker-cli:usr/share/bash-completion/completions/docker"
            ),
        },
    ),
    "containerd.io": (
        "containerd",
        {
            "usr/bin/containerd": "containerd:usr/bin/containerd",
            "usr/bin/containerd-shim-runc-v2": "containerd:usr/bin/containerd-shim-runc-v2",
            "usr/bin/ctr": "containerd:usr/bin/ctr",
            "usr/bin/runc": "runc:usr/sbin/runc",
            f"{UNITS}/containerd.service": f"containerd:{UNITS}/containerd.service",
        },
    ),
    "docker-buildx-plugin": (
        "docker-buildx",
        {f"{PLUGINS}/docker-buildx": f"docker-buildx:{PLUGINS}/docker-buildx"},
    ),
    "docker-compose-plugin": (
        "docker-compose",
        {f"{PLUGINS}/docker-compose": f"docker-compose:{PLUGINS}/docker-compose"},
    ),
    "docker-ce-rootless-extras": (
        "docker.io",
        {
            "usr/bin/dockerd-rootless.sh": f"{_SCRIPTS}/dockerd-rootless.sh",
            "usr/bin/dockerd-rootless-setuptool.sh": f"{_SCRIPTS}/dockerd-rootless-setuptool.sh",
            "usr/bin/rootlesskit": "rootlesskit:usr/bin/rootlesskit",
            "usr/bin/rootlesskit-docker-proxy": "rootlesskit:usr/bin/rootlesskit-docker-proxy",
        },
    ),
}


class Engine(Struct, frozen=True):
    """`trees / package` is what that package of Docker's installs; `versions` are upstream's.

    `versions` has the engine's parts by Docker's package name, and "runc".
    """

    trees: Path
    versions: dict[str, str]


def build(home: Path, progress: Callable[[str], None]) -> Engine:
    """The trees, fetched and laid out if needed: about 15 s, 330 MB."""
    recipe = [Path(__file__).read_text(), CONTAINERD_CONFIG]

    def make(folder: Path) -> None:
        progress("fetching the engine (once, about 90 MB)")
        _make(folder)

    folder = artifacts.built(home, "engine", recipe, make)
    return Engine(folder / "trees", json.loads((folder / "versions.json").read_text()))


def upstream(debian_version: str) -> str:
    """`28.5.2+dfsg4-5` is upstream's 28.5.2."""
    return re.sub(r"^\d+:|[+~-].*$", "", debian_version)


def _make(folder: Path) -> None:
    scratch = folder / "scratch"
    (scratch / "debs").mkdir(parents=True)
    debs = fetch_packages.download(FETCHED, ("sid", "bookworm"), scratch / "debs")
    found = {}
    for name, deb in debs.items():
        subprocesses.run_build(["dpkg-deb", "--extract", deb, scratch / name])
        found[name] = upstream(subprocesses.run(["dpkg-deb", "--field", deb, "Version"]).strip())
    for package, (_, files) in CONTENTS.items():
        _lay_out(folder / "trees" / package, files, scratch)
    config = folder / "trees/containerd.io/etc/containerd/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(CONTAINERD_CONFIG)
    versions = {package: found[debian] for package, (debian, _) in CONTENTS.items()}
    (folder / "versions.json").write_text(json.dumps({**versions, "runc": found["runc"]}))
    subprocesses.remove_tree(scratch)


def _lay_out(tree: Path, files: dict[str, str], scratch: Path) -> None:
    for target, source in files.items():
        debian, _, path = source.partition(":")
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        subprocesses.run(
            ["cp", "--dereference", "--preserve=mode", scratch / debian / path, tree / target]
        )
    for name in (f"{UNITS}/docker.service", "etc/init.d/docker"):
        if (tree / name).exists():
            text = (tree / name).read_text().replace("/usr/sbin/dockerd", "/usr/bin/dockerd")
            (tree / name).write_text(_as_docker_ships_it(text))


def _as_docker_ships_it(unit: str) -> str:
    """Docker's own unit reads no /etc/default/docker."""
    return (
        unit.replace("EnvironmentFile=-/etc/default/docker\n", "").replace(" $DOCKER_OPTS\n", "\n")
        if "[Unit]" in unit
        else unit
    )
