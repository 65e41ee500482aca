"""Fedora: dnf5, Docker's packages in its layout, and Fedora's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import rpm_docker, rpm_hosts, rpm_repositories
from onramp.providers.lab.engine_trees import PLUGINS, UNITS, Engine
from onramp.providers.lab.families import Family
from onramp.providers.lab.rpm_docker import MACHINE
from onramp.providers.lab.rpm_packages import Package, service_scripts
from onramp.providers.lab.tools import Tools

RELEASE = "42"
BUILD = f"1.fc{RELEASE}"

# `local` is a plugin that Debian alone switches on.
_FINISH = f"""
ln -s dnf5 usr/bin/dnf
ln -s dnf5 usr/bin/yum
rm -f etc/dnf/aliases.d/zypper.conf
sed -i 's/^enabled = .*/enabled = 0/' etc/dnf/libdnf5-plugins/local.conf
{rpm_hosts.WITHOUT_PYTHON}"""

SYSTEM = rpm_hosts.System(
    Package(
        "fedora-release", RELEASE, "26", noarch=True,
        provides=(
            f"system-release = {RELEASE}", f"system-release({RELEASE})",
            f"system-release(releasever) = {RELEASE}", f"redhat-release = {RELEASE}",
        ),
    ),
    BUILD,
    {**rpm_hosts.RED_HAT, "dnf5": "dnf5", "dnf5-plugins": "dnf5"},
    {"dnf5": ("dnf", "yum"), "dnf5-plugins": ("dnf5-command(config-manager)",)},
    f"etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-{RELEASE}-{MACHINE}",
    _FINISH,
)  # fmt: skip


def _own(engine: Engine) -> list[Package]:
    """What Fedora itself has: its build of the engine, under its names, among other things."""
    return [
        Package("dnf-plugins-core", "4.10.1", BUILD, noarch=True),
        rpm_docker.selinux("2.240.0", BUILD),
        _moby(engine.versions["docker-ce"]),
        Package(
            "docker-cli", engine.versions["docker-ce-cli"], BUILD, conflicts=("docker-ce-cli",),
            files=rpm_docker.same("docker-ce-cli", "usr/bin/docker"),
        ),
        Package(
            "containerd", engine.versions["containerd.io"], BUILD, requires=("runc",),
            conflicts=("containerd.io",),
            files=rpm_docker.same(
                "containerd.io", "usr/bin/containerd", "usr/bin/containerd-shim-runc-v2",
                "usr/bin/ctr", f"{UNITS}/containerd.service", "etc/containerd/config.toml",
            ),
            scripts=service_scripts("containerd.service"),
        ),
        Package(
            "runc", engine.versions["runc"], BUILD,
            files=rpm_docker.same("containerd.io", "usr/bin/runc"),
        ),
        *(
            Package(
                name, engine.versions[f"{name}-plugin"], BUILD, conflicts=(f"{name}-plugin",),
                files=rpm_docker.same(f"{name}-plugin", f"{PLUGINS}/{name}"),
            )
            for name in ("docker-buildx", "docker-compose")
        ),
    ]  # fmt: skip


def _moby(version: str) -> Package:
    return Package(
        "moby-engine",
        version,
        BUILD,
        requires=("container-selinux", "containerd", "runc", "iptables", "systemd"),
        recommends=("docker-cli",),
        provides=(f"docker = {version}-{BUILD}",),
        conflicts=("docker-ce", "docker-ce-cli"),
        files=rpm_docker.same("docker-ce", *rpm_docker.ENGINE),
        scripts={"pre": rpm_docker.GROUP, **service_scripts("docker.service", "docker.socket")},
    )


def _make_repositories(toolbox: Tools, engine: Engine, folder: Path) -> None:
    theirs, own = rpm_docker.packages(engine, BUILD), _own(engine)
    packed = rpm_repositories.pack(toolbox, [*theirs, *own], engine.trees, folder / "packed")
    dockers = {f"{RELEASE}/{MACHINE}/stable": rpm_docker.NAMES}
    rpm_repositories.lay_out(toolbox, packed, dockers, folder / "linux")
    (folder / "linux/docker-ce.repo").write_text(rpm_docker.repo_file("fedora"))
    fedora: dict[str, Sequence[str]] = {
        f"releases/{RELEASE}/Everything/{MACHINE}/os": [package.name for package in own],
        f"updates/{RELEASE}/Everything/{MACHINE}": ["container-selinux"],
    }
    rpm_repositories.lay_out(toolbox, packed, fedora, folder / "fedora")


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    folder = rpm_repositories.built(home, Path(__file__), _make_repositories, progress)
    return {"linux/fedora": folder / "linux", "fedora": folder / "fedora"}


FAMILY = Family(
    "fedora", partial(rpm_hosts.recipe, SYSTEM), partial(rpm_hosts.make, SYSTEM), _published,
    "a minute and a half",
)  # fmt: skip
