"""A signed package repository laid out as Docker's own, so that the documented steps run as they are.

The engine's files (engine_trees.py) are packed under Docker's package names and versions, with what
Docker's packages do when installed: make the group, enable and start the daemon.
bullseye (glibc 2.31) is left out; its hosts meet a repository without their suite, as real ones may.
Layout: https://download.docker.com/linux/debian/
"""  # noqa: E501

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import artifacts, engine_trees, maintainer_scripts, subprocesses
from onramp.providers.lab.engine_trees import Engine
from onramp.providers.lab.maintainer_scripts import scripts

SUITES = (  # system, codename, release
    ("debian", "bookworm", "12"),
    ("debian", "trixie", "13"),
    ("ubuntu", "noble", "24.04"),
)

_LIBC = "libc6 (>= 2.34)"


class Package(Struct, frozen=True):
    """One package as Docker names it: its relations, in dpkg's words, and its units."""

    name: str
    epoch: str
    fields: dict[str, str]
    units: tuple[str, ...] = ()


PACKAGES = (
    Package(
        "docker-ce", "5:",
        {
            "Depends": f"containerd.io, docker-ce-cli, iptables, {_LIBC}, libsystemd0",
            "Recommends": "apparmor, ca-certificates, git, procps, xz-utils",
            "Conflicts": "docker.io",
            "Replaces": "docker.io",
        },
        ("docker.service", "docker.socket"),
    ),
    Package(
        "docker-ce-cli", "5:",
        {
            "Depends": _LIBC,
            "Recommends": "docker-buildx-plugin, docker-compose-plugin",
            "Conflicts": "docker.io, docker-cli",
            "Replaces": "docker.io, docker-cli",
        },
    ),
    Package(
        "containerd.io", "",
        {
            "Depends": f"{_LIBC}, libseccomp2 (>= 2.5.0)",
            "Conflicts": "containerd, runc",
            "Replaces": "containerd, runc",
            "Provides": "containerd, runc",
        },
        ("containerd.service",),
    ),
    Package("docker-buildx-plugin", "", {"Depends": _LIBC}),
    Package("docker-compose-plugin", "", {"Depends": _LIBC}),
    Package(
        "docker-ce-rootless-extras", "5:",
        {
            "Depends": f"dbus-user-session, {_LIBC}",
            "Recommends": "slirp4netns (>= 0.4.0)",
            "Enhances": "docker-ce",
            "Conflicts": "rootlesskit",
            "Replaces": "rootlesskit",
        },
    ),
)  # fmt: skip


def build(home: Path, progress: Callable[[str], None]) -> Path:
    """The repository's directory (the parent of `linux/`), built if needed: about 30 s, 300 MB."""
    engine = engine_trees.build(home, progress)
    recipe = [Path(module).read_text() for module in (__file__, *_RECIPE_MODULES)]

    def make(folder: Path) -> None:
        progress("building the package repository (once, about half a minute)")
        _make(folder, engine)

    return artifacts.built(home, "packages", recipe, make)


_RECIPE_MODULES = (maintainer_scripts.__file__, engine_trees.__file__)


def version(package: Package, upstream: str, suite: tuple[str, str, str]) -> str:
    """A version in Docker's format: `5:28.5.2-1~debian.12~bookworm`."""
    system, codename, release = suite
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


def _make(folder: Path, engine: Engine) -> None:
    architecture = subprocesses.run(["dpkg", "--print-architecture"]).strip()
    trees = folder / "trees"
    subprocesses.run(["cp", "-a", engine.trees, trees], timeout_s=300)
    jobs = []
    with ThreadPoolExecutor() as pool:
        for package in PACKAGES:
            tree, of = trees / package.name, engine.versions[package.name]
            jobs.append(pool.submit(_pack, package, tree, folder, of, architecture))
    for job in jobs:
        job.result()
    for system in dict.fromkeys(system for system, _, _ in SUITES):
        _index(folder / f"linux/{system}", system, architecture)
    subprocesses.remove_tree(trees)


def _pack(package: Package, tree: Path, folder: Path, upstream: str, architecture: str) -> None:
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
        full = version(package, upstream, suite)
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
export GNUPGHOME=$(mktemp -d) # short: an agent's socket there has a name of 107 letters at most
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
