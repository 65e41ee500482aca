"""openSUSE Tumbleweed: zypper, and the engine as openSUSE packages it, since Docker does not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import rpm_docker, rpm_hosts, rpm_repositories
from onramp.providers.lab.engine_trees import PLUGINS, UNITS, Engine
from onramp.providers.lab.families import Family
from onramp.providers.lab.rpm_packages import Package, service_scripts
from onramp.providers.lab.tools import Tools

RELEASE = "20261020"
BUILD = "1.1"

_KEY = "usr/lib/rpm/gnupg/keys/gpg-pubkey-lab.asc"

# One rpm run a package, as on Leap: this libzypp, as Debian builds it, at times waits for ever for
# the helper that installs all in one, which is Tumbleweed's way.
_ZYPP_CONF = """[main]
commit.downloadMode = DownloadAsNeeded
"""

SYSTEM = rpm_hosts.System(
    Package(
        "openSUSE-release", RELEASE, BUILD,
        provides=(
            "distribution-release", f"openSUSE-Tumbleweed-release = {RELEASE}",
            f"system-release(releasever) = {RELEASE}", f"product(openSUSE) = {RELEASE}",
        ),
    ),
    BUILD,
    {
        **rpm_hosts.COMMON,
        "ca-certificates-mozilla": "ca-certificates",
        "iproute2": "iproute2",
        "iptables": "iptables",
        "procps": "procps",
        "shadow": "passwd",
        "zypper": "zypper",
    },
    {},
    _KEY,
    # a real one has its vendor's key from the start
    f'chroot "$1" rpm --import /{_KEY}\n{rpm_hosts.WITHOUT_PYTHON}',
    {"etc/zypp/zypp.conf.d/lab.conf": _ZYPP_CONF},
)  # fmt: skip

_DAEMON_JSON = """{
  "log-level": "warn",
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "10m",
    "max-file": "5"
  }
}
"""

_SBIN = {  # openSUSE's path: Docker's
    "usr/sbin/containerd": "usr/bin/containerd",
    "usr/sbin/containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
    "usr/sbin/containerd-ctr": "usr/bin/ctr",
}


def _packages(engine: Engine) -> list[Package]:
    versions = engine.versions
    return [
        _docker(engine),
        _containerd(engine),
        Package(
            "runc", versions["runc"], BUILD,
            files={"usr/sbin/runc": "containerd.io/usr/bin/runc"},
        ),
        *(
            Package(
                name, versions[f"{name}-plugin"], BUILD, requires=("docker >= 19.03.0_ce",),
                files={f"usr/lib/docker/cli-plugins/{name}": f"{name}-plugin/{PLUGINS}/{name}"},
            )
            for name in ("docker-buildx", "docker-compose")
        ),
    ]  # fmt: skip


def _docker(engine: Engine) -> Package:
    """Engine and client in one; with a daemon.json of its own."""
    return Package(
        "docker",
        f"{engine.versions['docker-ce']}_ce",
        BUILD,
        requires=(
            "ca-certificates-mozilla", "runc >= 1.1.0", "containerd >= 1.7.3", "iproute2 >= 3.5",
            "iptables >= 1.4", "procps", "tar >= 1.26", "xz >= 4.9", "docker-buildx", "shadow",
        ),
        files={
            **rpm_docker.same("docker-ce", *rpm_docker.ENGINE),
            **rpm_docker.same("docker-ce-cli", "usr/bin/docker"),
        },
        texts={"etc/docker/daemon.json": _DAEMON_JSON},
        scripts={"pre": rpm_docker.GROUP, **service_scripts("docker.service", "docker.socket")},
    )  # fmt: skip


def _containerd(engine: Engine) -> Package:
    unit = f"{UNITS}/containerd.service"
    text = (engine.trees / "containerd.io" / unit).read_text()
    return Package(
        "containerd",
        engine.versions["containerd.io"],
        BUILD,
        requires=("runc",),
        files={
            **{path: f"containerd.io/{theirs}" for path, theirs in _SBIN.items()},
            **rpm_docker.same("containerd.io", "etc/containerd/config.toml"),
        },
        texts={unit: text.replace("/usr/bin/containerd", "/usr/sbin/containerd")},
        scripts=service_scripts("containerd.service"),
    )


def _make_repositories(toolbox: Tools, engine: Engine, folder: Path) -> None:
    packages = _packages(engine)
    packed = rpm_repositories.pack(toolbox, packages, engine.trees, folder / "packed")
    contents = {"tumbleweed/repo/oss": list(packed)}
    rpm_repositories.lay_out(toolbox, packed, contents, folder / "opensuse")


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    folder = rpm_repositories.built(home, Path(__file__), _make_repositories, progress)
    return {"opensuse": folder / "opensuse"}


FAMILY = Family(
    "suse", partial(rpm_hosts.recipe, SYSTEM), partial(rpm_hosts.make, SYSTEM), _published,
    "a minute and a half",
)  # fmt: skip
