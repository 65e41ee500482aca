"""Docker's own RPM packages and repository, from the engine's files.

Relations, epochs and scriptlets as in https://github.com/docker/docker-ce-packaging.
"""

import platform

from onramp.providers.lab.engine_trees import CONTENTS, PLUGINS, UNITS, Engine
from onramp.providers.lab.rpm_packages import Package, service_scripts

MACHINE = platform.machine()  # rpm's word for the architecture is the kernel's

GROUP = "if ! getent group docker > /dev/null; then groupadd --system docker; fi\n"

NAMES = (
    "docker-ce",
    "docker-ce-cli",
    "containerd.io",
    "docker-buildx-plugin",
    "docker-compose-plugin",
    "docker-ce-rootless-extras",
)

ENGINE = (
    "usr/bin/dockerd",
    "usr/bin/docker-proxy",
    "usr/libexec/docker/docker-init",
    f"{UNITS}/docker.service",
    f"{UNITS}/docker.socket",
)

_OTHERS = ("docker", "docker-io", "docker-ee")


def packages(engine: Engine, build: str) -> list[Package]:
    """The packages of the documentation, `build` is their release: `1.fc42`, `1.el9`."""
    first = [_engine(engine, build), _cli(engine, build), _containerd(engine, build)]
    return [*first, _rootless(engine, build)] + [
        Package(
            name,
            engine.versions[name],
            build,
            files=same(name, f"{PLUGINS}/{name.removesuffix('-plugin')}"),
        )
        for name in ("docker-buildx-plugin", "docker-compose-plugin")
    ]


def _engine(engine: Engine, build: str) -> Package:
    return Package(
        "docker-ce",
        engine.versions["docker-ce"],
        build,
        epoch=3,
        requires=(
            "/usr/sbin/groupadd", "docker-ce-cli", "container-selinux", "systemd",
            "(iptables-nft or iptables)", "nftables", "containerd.io >= 1.7.27", "tar", "xz",
        ),
        recommends=("docker-ce-rootless-extras",),
        conflicts=_OTHERS,
        files=same("docker-ce", *ENGINE),
        scripts=service_scripts("docker.service", "docker.socket", post=GROUP),
    )  # fmt: skip


def _cli(engine: Engine, build: str) -> Package:
    completion = "usr/share/bash-completion/completions/docker"
    return Package(
        "docker-ce-cli",
        engine.versions["docker-ce-cli"],
        build,
        epoch=1,
        recommends=("docker-buildx-plugin", "docker-compose-plugin"),
        conflicts=(*_OTHERS, "docker-ee-cli"),
        files=same("docker-ce-cli", "usr/bin/docker", completion),
    )


def _containerd(engine: Engine, build: str) -> Package:
    programs = ("containerd", "containerd-shim-runc-v2", "ctr", "runc")
    return Package(
        "containerd.io",
        engine.versions["containerd.io"],
        build,
        requires=("container-selinux >= 2:2.74",),
        provides=("containerd", f"runc = {engine.versions['runc']}"),
        conflicts=("containerd", "runc"),
        obsoletes=("containerd", "runc"),
        files=same(
            "containerd.io",
            *(f"usr/bin/{program}" for program in programs),
            f"{UNITS}/containerd.service",
            "etc/containerd/config.toml",
        ),
        scripts=service_scripts("containerd.service"),
    )


def _rootless(engine: Engine, build: str) -> Package:
    return Package(
        "docker-ce-rootless-extras",
        engine.versions["docker-ce"],
        build,
        requires=("docker-ce", "slirp4netns >= 0.4", "fuse-overlayfs >= 0.7"),
        conflicts=("rootlesskit",),
        files=same("docker-ce-rootless-extras", *CONTENTS["docker-ce-rootless-extras"][1]),
    )


def same(tree: str, *paths: str) -> dict[str, str]:
    """Files that are where they are in the engine's tree."""
    return {path: f"{tree}/{path}" for path in paths}


def selinux(version: str, build: str) -> Package:
    """What Docker's packages require of a system, whose kernel here has no SELinux."""
    return Package("container-selinux", version, build, epoch=4, noarch=True)


def repo_file(system: str) -> str:
    """docker-ce.repo, as Docker serves it for a system; the file server fills in where it is."""
    address = f"@ORIGIN@/linux/{system}"
    return "\n".join(
        f"""[docker-ce-{channel}]
name=Docker CE {channel.capitalize()} - $basearch
baseurl={address}/$releasever/$basearch/{channel}
enabled={int(channel == "stable")}
gpgcheck=1
gpgkey={address}/gpg
"""
        for channel in ("stable", "test")
    )
