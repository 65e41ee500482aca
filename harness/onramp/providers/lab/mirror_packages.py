"""A signed package repository laid out as Docker's own, so that the documented steps run as they are.

Debian unstable carries Docker Engine under other package names; its binaries need only glibc 2.34, so
they run on bookworm and trixie. Here they are repacked under Docker's package names and versions, with
what Docker's packages do when installed: make the group, enable and start the daemon.
bullseye (glibc 2.31) is left out; its hosts meet a repository without their suite, as real ones may.
Layout: https://download.docker.com/linux/debian/
"""  # noqa: E501

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from onramp.providers.lab import artifacts, fetch_packages, subprocesses
from onramp.providers.lab.maintainer_scripts import CONTAINERD_CONFIG, scripts

FETCHED = (
    "docker.io/sid", "docker-cli/sid", "docker-buildx/sid", "docker-compose/sid",
    "containerd/sid", "tini-static/sid", "runc/bookworm",
)  # fmt: skip
SUITES = (  # system, codename, release
    ("debian", "bookworm", "12"),
    ("debian", "trixie", "13"),
    ("ubuntu", "noble", "24.04"),
)

_LIBC = "libc6 (>= 2.34)"


@dataclass(frozen=True)
class Package:
    """One package as Docker names it: which files of which Debian packages, and its relations.

    `files` maps a path in the new package to "<debian package>:<path there>".
    """

    name: str
    version_of: str
    epoch: str
    files: dict[str, str]
    fields: dict[str, str]
    units: tuple[str, ...] = ()


_PLUGINS = "usr/libexec/docker/cli-plugins"
_UNITS = "usr/lib/systemd/system"

PACKAGES = (
    Package(
        "docker-ce", "docker.io", "5:",
        {
            "usr/bin/dockerd": "docker.io:usr/sbin/dockerd",
            "usr/bin/docker-proxy": "docker.io:usr/sbin/docker-proxy",
            "usr/libexec/docker/docker-init": "tini-static:usr/bin/tini-static",
            "lib/systemd/system/docker.service": f"docker.io:{_UNITS}/docker.service",
            "lib/systemd/system/docker.socket": f"docker.io:{_UNITS}/docker.socket",
            "etc/init.d/docker": "docker.io:etc/init.d/docker",
            "etc/default/docker": "docker.io:etc/default/docker",
        },
        {
            "Depends": f"containerd.io, docker-ce-cli, iptables, {_LIBC}, libsystemd0",
            "Recommends": "apparmor, ca-certificates, git, procps, xz-utils",
            "Conflicts": "docker.io",
            "Replaces": "docker.io",
        },
        ("docker.service", "docker.socket"),
    ),
    Package(
        "docker-ce-cli", "docker-cli", "5:",
        {
            "usr/bin/docker": "docker-cli:usr/bin/docker",
            "usr/share/bash-completion/completions/docker":
                "docker-cli:usr/share/bash-completion/completions/docker",
        },
        {
            "Depends": _LIBC,
            "Recommends": "docker-buildx-plugin, docker-compose-plugin",
            "Conflicts": "docker.io, docker-cli",
            "Replaces": "docker.io, docker-cli",
        },
    ),
    Package(
        "containerd.io", "containerd", "",
        {
            "usr/bin/containerd": "containerd:usr/bin/containerd",
            "usr/bin/containerd-shim-runc-v2": "containerd:usr/bin/containerd-shim-runc-v2",
            "usr/bin/ctr": "containerd:usr/bin/ctr",
            "usr/bin/runc": "runc:usr/sbin/runc",
            "lib/systemd/system/containerd.service": f"containerd:{_UNITS}/containerd.service",
        },
        {
            "Depends": f"{_LIBC}, libseccomp2 (>= 2.5.0)",
            "Conflicts": "containerd, runc",
            "Replaces": "containerd, runc",
            "Provides": "containerd, runc",
        },
        ("containerd.service",),
    ),
    Package(
        "docker-buildx-plugin", "docker-buildx", "",
        {f"{_PLUGINS}/docker-buildx": f"docker-buildx:{_PLUGINS}/docker-buildx"},
        {"Depends": _LIBC},
    ),
    Package(
        "docker-compose-plugin", "docker-compose", "",
        {f"{_PLUGINS}/docker-compose": f"docker-compose:{_PLUGINS}/docker-compose"},
        {"Depends": _LIBC},
    ),
)  # fmt: skip


def build(home: Path, progress: Callable[[str], None]) -> Path:
    """The repository's directory (the parent of `linux/`), built if needed: about 30 s, 300 MB."""
    recipe = [Path(module).read_text() for module in (__file__, *_RECIPE_MODULES)]

    def make(folder: Path) -> None:
        progress("building the package repository (once, about half a minute)")
        _make(folder)

    return artifacts.built(home, "packages", recipe, make)


_RECIPE_MODULES = (str(Path(__file__).with_name("maintainer_scripts.py")),)


def version(package: Package, debian_version: str, suite: tuple[str, str, str]) -> str:
    """A version in Docker's format: `5:28.5.2-1~debian.12~bookworm`."""
    system, codename, release = suite
    upstream = re.sub(r"^\d+:|[+~-].*$", "", debian_version)
    return f"{package.epoch}{upstream}-1~{system}.{release}~{codename}"


def control(package: Package, full_version: str, architecture: str) -> str:
    """The package's DEBIAN/control."""
    fields = {
        "Package": package.name,
        "Version": full_version,
        "Architecture": architecture,
        "Section": "admin",
        "Priority": "optional",
        "Maintainer": "Onramp lab <lab@onramp.invalid>",
        **package.fields,
        "Description": f"{package.name}, repacked from Debian for Onramp's lab",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _make(folder: Path) -> None:
    scratch = folder / "scratch"
    (scratch / "debs").mkdir(parents=True)
    debs = fetch_packages.download(FETCHED, ("sid", "bookworm"), scratch / "debs")
    versions = {}
    for name, deb in debs.items():
        subprocesses.run_build(["dpkg-deb", "--extract", deb, scratch / name])
        versions[name] = subprocesses.run(["dpkg-deb", "--field", deb, "Version"]).strip()
    architecture = subprocesses.run(["dpkg", "--print-architecture"]).strip()
    jobs = []
    with ThreadPoolExecutor() as pool:
        for package in PACKAGES:
            tree = _tree(package, scratch)
            jobs.append(pool.submit(_pack, package, tree, folder, versions, architecture))
    for job in jobs:
        job.result()
    for system in dict.fromkeys(system for system, _, _ in SUITES):
        _index(folder / f"linux/{system}", system, architecture)
    subprocesses.remove_tree(scratch)


def _tree(package: Package, scratch: Path) -> Path:
    """Lay out what the package installs."""
    tree = scratch / "trees" / package.name
    for target, source in package.files.items():
        debian, _, path = source.partition(":")
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        subprocesses.run(
            ["cp", "--dereference", "--preserve=mode", scratch / debian / path, tree / target]
        )
    for name in ("lib/systemd/system/docker.service", "etc/init.d/docker"):
        if (tree / name).exists():
            text = (tree / name).read_text().replace("/usr/sbin/dockerd", "/usr/bin/dockerd")
            (tree / name).write_text(_as_docker_ships_it(text))
    if package.name == "containerd.io":
        (tree / "etc/containerd").mkdir(parents=True)
        (tree / "etc/containerd/config.toml").write_text(CONTAINERD_CONFIG)
    return tree


def _as_docker_ships_it(unit: str) -> str:
    """Docker's own unit reads no /etc/default/docker."""
    return (
        unit.replace("EnvironmentFile=-/etc/default/docker\n", "").replace(" $DOCKER_OPTS\n", "\n")
        if "[Unit]" in unit
        else unit
    )


def _pack(
    package: Package, tree: Path, folder: Path, versions: dict[str, str], architecture: str
) -> None:
    """Make one package for every suite; only the version differs."""
    (tree / "DEBIAN").mkdir()
    for name, script in scripts(package.name, package.units).items():
        (tree / "DEBIAN" / name).write_text(script)
        (tree / "DEBIAN" / name).chmod(0o755)
    conffiles = sorted(str(p.relative_to(tree)) for p in tree.glob("etc/**/*") if p.is_file())
    if conffiles:
        (tree / "DEBIAN/conffiles").write_text("".join(f"/{name}\n" for name in conffiles))
    for suite in SUITES:
        system, codename, _ = suite
        full = version(package, versions[package.version_of], suite)
        (tree / "DEBIAN/control").write_text(control(package, full, architecture))
        pool = folder / f"linux/{system}/dists/{codename}/pool/stable/{architecture}"
        pool.mkdir(parents=True, exist_ok=True)
        plain = full.partition(":")[2] or full
        target = pool / f"{package.name}_{plain}_{architecture}.deb"
        subprocesses.run_build(
            ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, target]
        )


# Run in the repository's root. gpg starts an agent; it ends with this build's process tree.
_SIGN = """
set -eu
export GNUPGHOME="$PWD/.gnupg"
mkdir -m 0700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Onramp lab <lab@onramp.invalid>' rsa3072 sign never
gpg --batch --armor --export > gpg
for suite in "$@"; do
    index="dists/$suite/stable/binary-$ARCHITECTURE"
    mkdir -p "$index"
    apt-ftparchive packages "dists/$suite/pool" > "$index/Packages"
    gzip -k "$index/Packages"
    apt-ftparchive -o APT::FTPArchive::Release::Origin=Docker \\
        -o 'APT::FTPArchive::Release::Label=Docker CE' \\
        -o "APT::FTPArchive::Release::Suite=$suite" \\
        -o "APT::FTPArchive::Release::Codename=$suite" \\
        -o "APT::FTPArchive::Release::Architectures=$ARCHITECTURE" \\
        -o APT::FTPArchive::Release::Components=stable \\
        release "dists/$suite" > "$suite.release"
    mv "$suite.release" "dists/$suite/Release"
    gpg --batch --armor --detach-sign --output "dists/$suite/Release.gpg" "dists/$suite/Release"
    gpg --batch --clearsign --output "dists/$suite/InRelease" "dists/$suite/Release"
done
rm -rf "$GNUPGHOME"
"""  # noqa: E501


def _index(repository: Path, system: str, architecture: str) -> None:
    """Write the suites' indexes and sign them with a key made for this repository alone."""
    suites: Sequence[str] = [codename for of, codename, _ in SUITES if of == system]
    subprocesses.run_build(
        ["sh", "-c", _SIGN, "sign", *suites], cwd=repository, env={"ARCHITECTURE": architecture}
    )
