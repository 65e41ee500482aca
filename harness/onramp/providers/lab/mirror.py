"""What Docker's documentation downloads, served on the lab's bridge.

For machines that cannot reach Docker's own servers: plain files (packages, Python index) and a
container registry. Both are checked before each use and restarted when dead.
"""

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import (
    families,
    image_registry,
    mirror_images,
    mirror_python,
    mirror_releases,
    network,
    servers,
    tls,
)
from onramp.providers.lab.families import Family
from onramp.providers.lab.servers import Endpoint, Server
from onramp.providers.lab.tls import Interceptor

_FILE_SERVER = str(Path(__file__).with_name("file_server.py"))
_REGISTRY_PROBE = "/v2/"


class Mirror(Struct, frozen=True):
    """Where the lab's hosts find what Docker's documentation downloads.

    `address` is where all files are; `repository` is a base address for `docker.repository`;
    `registry` one for the engine's `registry-mirrors`; the other two are what pip calls
    --index-url and --trusted-host.
    """

    address: str
    repository: str
    registry: str
    pip_index: str
    pip_trusted_host: str


def serve(
    home: Path, progress: Callable[[str], None], family: str = "debian", *, releases: bool = False
) -> Mirror:
    """Build what is missing, start what does not run, and say where it is.

    `family`: whose packages are wanted; those of others stay as they are. `releases`: what Docker
    publishes besides packages, too.
    """
    packages, storage, python = _build(home, progress, families.named(family))
    more = mirror_releases.build(home, progress) if releases else {}
    www = _web_root(
        home / "web", {**packages, **more, "simple": python / "simple", "files": python / "files"}
    )
    program = image_registry.program(home)
    with servers.runtime(home) as state:
        files = _url(servers.running(state, _files(www)))
        images = _url(servers.running(state, _registry(state, program, storage)))
    return Mirror(files, f"{files}/linux", images, f"{files}/simple/", network.GATEWAY)


def intercept(home: Path, progress: Callable[[str], None]) -> Interceptor:
    """Serve the mirror's files on port 443 under a certificate that no host trusts."""
    serve(home, progress)
    folder = tls.certificates(home, progress)
    with servers.runtime(home) as state:
        address, _ = servers.running(state, _intercepting(home / "web", folder / "server.pem"))
    return Interceptor(address, folder / "ca.pem")


def _files(www: Path) -> Server:
    def argv(endpoint: Endpoint) -> list[str]:
        return [sys.executable, _FILE_SERVER, endpoint[0], str(endpoint[1]), str(www)]

    ports = range(8480, 8500)
    serves = f"{www} {_program()}"
    return Server("files", [(network.GATEWAY, port) for port in ports], argv, "/simple/", serves)


def _intercepting(www: Path, certificate: Path) -> Server:
    def argv(endpoint: Endpoint) -> list[str]:
        address, port = endpoint
        return [sys.executable, _FILE_SERVER, address, str(port), str(www), str(certificate)]

    return Server(
        "interceptor",
        [(a, 443) for a in network.INTERCEPTORS],
        argv,
        None,
        f"{certificate} {_program()}",
    )


def _program() -> str:
    """Which file server it is: one of another Onramp's on this machine is replaced."""
    return hashlib.sha256(Path(_FILE_SERVER).read_bytes()).hexdigest()[:12]


def _registry(state: Path, program: Path, storage: Path) -> Server:
    def argv(endpoint: Endpoint) -> list[str]:
        file = state / "registry.yml"
        file.write_text(image_registry.configuration(storage, f"{endpoint[0]}:{endpoint[1]}"))
        return [str(program), "serve", str(file)]

    endpoints = [(network.GATEWAY, port) for port in range(5480, 5500)]
    return Server("registry", endpoints, argv, _REGISTRY_PROBE, str(storage))


def _url(endpoint: Endpoint) -> str:
    return f"http://{endpoint[0]}:{endpoint[1]}"


def _build(
    home: Path, progress: Callable[[str], None], family: Family
) -> tuple[Mapping[str, Path], Path, Path]:
    """The three parts, in parallel."""
    with ThreadPoolExecutor() as pool:
        packages = pool.submit(family.published, home, progress)
        images = pool.submit(mirror_images.build, home, progress)
        python = pool.submit(mirror_python.build, home, progress)
    return packages.result(), images.result(), python.result()


def _web_root(www: Path, entries: Mapping[str, Path]) -> Path:
    """A directory of links to what is served, kept so that it names the current builds."""
    for name, target in entries.items():
        link = www / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_symlink() and link.readlink() == target:
            continue
        new = link.with_name(f".{link.name}-{os.getpid()}-{threading.get_ident()}")
        new.symlink_to(target)
        new.rename(link)
    return www
