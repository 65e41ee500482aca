"""Signed Alpine repositories with Docker's parts under Alpine's names, as /etc/apk/repositories
expects them.

Alpine compiles its own engine against musl; here are Debian's binaries (engine_trees.py) with a
package of glibc beside them, which every one of them depends on. Alpine's own `apk` writes the
index.
"""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab import (
    alpine_system,
    apk_format,
    artifacts,
    chroots,
    engine_trees,
    glibc_parts,
    openrc_services,
    subprocesses,
)
from onramp.providers.lab.apk_format import Content, Package, Text
from onramp.providers.lab.engine_trees import PLUGINS, Engine

RELEASE, ARCHITECTURE = "v3.23", "x86_64"
KEY_NAME = "lab@onramp.invalid-6f6e7261.rsa.pub"  # the system keeps the key by this name

_GLIBC = "glibc-lab"
_GROUP = "#!/bin/sh\naddgroup -S docker 2>/dev/null\nexit 0\n"


class Part(Struct, frozen=True):
    """One of Docker's parts as Alpine packs it; `files`: {path: "<package of Docker's>/<path>"}."""

    name: str
    version_of: str
    files: Mapping[str, str]
    depends: tuple[str, ...] = ()


def _of(package: str, *paths: str) -> dict[str, str]:
    return {path: f"{package}/{path}" for path in paths}


PARTS = (
    Part("docker", "docker-ce", {}, ("docker-engine", "docker-cli")),
    Part(
        "docker-engine",
        "docker-ce",
        {
            **_of("docker-ce", "usr/bin/dockerd", "usr/bin/docker-proxy"),
            "usr/bin/docker-init": "docker-ce/usr/libexec/docker/docker-init",
        },
        ("ca-certificates", "containerd", "iptables"),
    ),
    Part(
        "docker-cli",
        "docker-ce-cli",
        _of("docker-ce-cli", "usr/bin/docker"),
        ("ca-certificates", "docker-cli-buildx"),
    ),
    Part(
        "docker-cli-compose",
        "docker-compose-plugin",
        _of("docker-compose-plugin", f"{PLUGINS}/docker-compose"),
        ("docker-cli",),
    ),
    Part(
        "docker-cli-buildx",
        "docker-buildx-plugin",
        _of("docker-buildx-plugin", f"{PLUGINS}/docker-buildx"),
    ),
    Part(
        "containerd",
        "containerd.io",
        _of(
            "containerd.io",
            *(f"usr/bin/{name}" for name in ("containerd", "containerd-shim-runc-v2", "ctr")),
        ),
        ("runc",),
    ),
    Part("runc", "runc", _of("containerd.io", "usr/bin/runc")),
)

_MAKE_KEY = """set -eu
umask 077
openssl genrsa -out private.pem 2048
openssl rsa -in private.pem -pubout -out "$1"
"""
_INDEX = """cd /mnt/repository
apk index --allow-untrusted --no-warnings --description onramp-lab --output unsigned.tar.gz *.apk
"""


def key(home: Path) -> Path:
    """The directory of the key that packages are signed with; KEY_NAME in it is the public half."""

    def make(folder: Path) -> None:
        subprocesses.run_build(["sh", "-c", _MAKE_KEY, "key", KEY_NAME], cwd=folder)

    return artifacts.built(home, "apk-key", [_MAKE_KEY, KEY_NAME], make)


def build(home: Path, progress: Progress) -> Path:
    """The directory to be served as `alpine/`, built if needed: about 25 s, 140 MB."""
    with ThreadPoolExecutor() as pool:
        fetched = pool.submit(engine_trees.build, home, progress)
        unpacked = pool.submit(glibc_parts.build, home, progress)
        system = alpine_system.build(home, progress)
    engine, parts = fetched.result(), unpacked.result()
    signer = key(home)

    def make(folder: Path) -> None:
        progress("building Alpine's packages (once, about 20 s)")
        for name, packages in repositories(engine, parts).items():
            target = folder / RELEASE / name / ARCHITECTURE
            target.mkdir(parents=True)
            _pack_all(packages, target, signer)
            _index(target, system, signer)

    return artifacts.built(home, "apk", recipe(), make)


def recipe() -> list[str]:
    """All that the packages are made from."""
    modules = (__file__, apk_format.__file__, glibc_parts.__file__, openrc_services.__file__)
    return [Path(module).read_text() for module in (*modules, engine_trees.__file__)]


def repositories(engine: Engine, parts: Path) -> Mapping[str, Sequence[Package]]:
    """What lies in which of Alpine's two repositories."""
    return {"main": _main(parts), "community": _community(engine)}


def _main(parts: Path) -> list[Package]:
    sshd = {
        **glibc_parts.sshd(parts),
        "etc/init.d/sshd": Text(openrc_services.SSHD, 0o755),
        "etc/ssh/sshd_config": Text(openrc_services.SSHD_CONFIG),
        "etc/ssh/sshd_config.d/.keep": Text(""),
    }
    libraries = glibc_parts.libraries(parts)
    return [
        _package(_GLIBC, glibc_parts.GLIBC, libraries, provides=["so:libc.so.6=6"]),
        _package("iptables", glibc_parts.IPTABLES, glibc_parts.iptables(parts), [_GLIBC]),
        _package("openssh-server", glibc_parts.OPENSSH, sshd, [_GLIBC]),
        _package("openssh-client-common", glibc_parts.OPENSSH, glibc_parts.scp(parts), [_GLIBC]),
    ]


def _community(engine: Engine) -> list[Package]:
    """Docker's parts, and OpenRC's scripts for those that are services."""
    docker, containerd = (f"{engine.versions[name]}-r0" for name in ("docker-ce", "containerd.io"))
    return [
        *(_part(part, engine) for part in PARTS),
        _openrc("docker", docker, openrc_services.DOCKER, openrc_services.DOCKER_CONF),
        _openrc(
            "containerd", containerd, openrc_services.CONTAINERD, openrc_services.CONTAINERD_CONF
        ),
    ]


def _part(part: Part, engine: Engine) -> Package:
    files = {path: engine.trees / source for path, source in part.files.items()}
    depends = [*([_GLIBC] if files else []), *part.depends]
    scripts = {".pre-install": _GROUP} if part.name == "docker-engine" else {}
    version = f"{engine.versions[part.version_of]}-r0"
    return _package(part.name, version, files, depends, scripts=scripts)


def _package(
    name: str,
    version: str,
    files: Mapping[str, Content],
    depends: Sequence[str] = (),
    *,
    provides: Sequence[str] = (),
    scripts: Mapping[str, str] | None = None,
) -> Package:
    about = f"{name}, repacked from Debian for Onramp's lab"
    return Package(name, version, about, files, depends, provides, scripts=scripts or {})


def _openrc(of: str, version: str, script: str, settings: str) -> Package:
    """A service's script, which comes along where there is OpenRC."""
    files = {f"etc/init.d/{of}": Text(script, 0o755), f"etc/conf.d/{of}": Text(settings)}
    about = f"{of} (OpenRC init scripts), written for Onramp's lab"
    return Package(f"{of}-openrc", version, about, files, install_if=f"openrc {of}={version}")


def _pack_all(packages: Sequence[Package], target: Path, signer: Path) -> None:
    def one(package: Package) -> None:
        packed = apk_format.pack(package, ARCHITECTURE, KEY_NAME, lambda text: _sign(text, signer))
        (target / package.file_name).write_bytes(packed)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, packages))


def _index(target: Path, system: Path, signer: Path) -> None:
    """Have the system's own apk write the index, and sign it."""
    chroots.enter(system, _INDEX, {"repository": target})
    unsigned = (target / "unsigned.tar.gz").read_bytes()
    signature = apk_format.signature(unsigned, KEY_NAME, lambda text: _sign(text, signer))
    (target / "APKINDEX.tar.gz").write_bytes(signature + unsigned)
    (target / "unsigned.tar.gz").unlink()


def _sign(text: bytes, signer: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        signed, made = Path(folder, "signed"), Path(folder, "signature")
        signed.write_bytes(text)
        key_file = signer / "private.pem"
        subprocesses.run(["openssl", "dgst", "-sha1", "-sign", key_file, "-out", made, signed])
        return made.read_bytes()
