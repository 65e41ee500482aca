"""CentOS Stream, as RHEL and its rebuilds are: dnf 4, Docker's packages in its layout for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import (
    engine_trees,
    fetch_packages,
    rpm_docker,
    rpm_hosts,
    rpm_repositories,
    subprocesses,
)
from onramp.providers.lab.engine_trees import Engine
from onramp.providers.lab.families import Family
from onramp.providers.lab.rpm_docker import MACHINE
from onramp.providers.lab.rpm_packages import Package
from onramp.providers.lab.tools import Tools

RELEASE = "9"
BUILD = f"1.el{RELEASE}"
STREAM = f"{RELEASE}-stream"
SYSTEMS = ("centos", "rhel")  # Docker serves them apart, the packages are alike

_SUITE = "trixie"  # whose dnf the hosts have
_PYTHON = "usr/lib/python3/dist-packages"
_PLUGINS = ("builddep", "config_manager", "download", "needs_restarting", "repoclosure", "reposync")

# Debian's own defaults would hide a package that is not the best and a repository that is down.
_DNF_CONF = """[main]
gpgcheck=1
installonly_limit=3
clean_requirements_on_remove=True
best=True
skip_if_unavailable=False
"""

SYSTEM = rpm_hosts.System(
    Package(
        "centos-stream-release", f"{RELEASE}.0", "30.el9", noarch=True,
        provides=(
            f"system-release = {RELEASE}.0", f"system-release(releasever) = {RELEASE}",
            f"redhat-release = {RELEASE}.0", f"centos-release = {RELEASE}.0",
        ),
    ),
    BUILD,
    {**rpm_hosts.RED_HAT, "dnf": "dnf"},
    {"dnf": ("yum",)},
    "etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial",
    "ln -s dnf-3 usr/bin/yum\nrm -f etc/dnf/aliases.d/zypper.conf\n",
    {
        "etc/dnf/dnf.conf": _DNF_CONF,
        "etc/dnf/vars/stream": f"{STREAM}\n",
        "etc/redhat-release": f"CentOS Stream release {RELEASE}\n",
    },
)  # fmt: skip


def _plugins(folder: Path) -> Package:
    """`dnf config-manager` and its like, which a small system does not have at first."""
    folder.mkdir()
    debs = fetch_packages.download((f"dnf-plugins-core/{_SUITE}",), (_SUITE,), folder)
    deb = debs["dnf-plugins-core"]
    subprocesses.run(["dpkg-deb", "--extract", deb, folder])
    paths = [f"{_PYTHON}/dnfpluginscore/__init__.py"]
    paths += [f"{_PYTHON}/dnf-plugins/{name}.py" for name in _PLUGINS]
    version = subprocesses.run(["dpkg-deb", "--field", deb, "Version"]).strip()
    return Package(
        "dnf-plugins-core",
        engine_trees.upstream(version),
        BUILD,
        noarch=True,
        requires=("dnf",),
        provides=tuple(f"dnf-command({name.replace('_', '-')})" for name in _PLUGINS),
        texts={path: (folder / path).read_text() for path in paths},
    )


def _make_repositories(toolbox: Tools, engine: Engine, folder: Path) -> None:
    selinux = rpm_docker.selinux("2.240.0", BUILD)
    packages = [*rpm_docker.packages(engine, BUILD), _plugins(folder / "plugins"), selinux]
    packed = rpm_repositories.pack(toolbox, packages, engine.trees, folder / "packed")
    for system in SYSTEMS:
        dockers = {f"{RELEASE}/{MACHINE}/stable": rpm_docker.NAMES}
        rpm_repositories.lay_out(toolbox, packed, dockers, folder / system)
        (folder / system / "docker-ce.repo").write_text(rpm_docker.repo_file(system))
    own: dict[str, Sequence[str]] = {
        f"{STREAM}/BaseOS/{MACHINE}/os": ["dnf-plugins-core"],
        f"{STREAM}/AppStream/{MACHINE}/os": ["container-selinux"],
    }
    rpm_repositories.lay_out(toolbox, packed, own, folder / "stream")


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    folder = rpm_repositories.built(home, Path(__file__), _make_repositories, progress)
    dockers = {f"linux/{system}": folder / system for system in SYSTEMS}
    return {**dockers, "centos-stream": folder / "stream"}


FAMILY = Family(
    "rhel", partial(rpm_hosts.recipe, SYSTEM), partial(rpm_hosts.make, SYSTEM), _published,
    "a minute and a half",
)  # fmt: skip
