"""docker-registry: its program, its configuration, and running it for the length of a build.

The program is taken out of its Debian package instead of being installed, since installing it
would start a registry on the machine that the lab's user never asked for.
"""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

from onramp.providers.lab import artifacts, fetch_packages, servers, subprocesses

_PACKAGE, _SUITE = "docker-registry", "bookworm"


def program(home: Path) -> Path:
    """The docker-registry executable, fetched if needed."""

    def make(folder: Path) -> None:
        debs = fetch_packages.download([f"{_PACKAGE}/{_SUITE}"], [_SUITE], folder)
        subprocesses.run_build(["dpkg-deb", "--extract", debs[_PACKAGE], folder / "root"])
        debs[_PACKAGE].unlink()

    return artifacts.built(home, _PACKAGE, [_PACKAGE], make) / "root/usr/bin" / _PACKAGE


def configuration(storage: Path, address: str) -> str:
    """A configuration file; JSON is YAML, which is what the registry reads."""
    return json.dumps(
        {
            "version": 0.1,
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(storage)}},
            "http": {"addr": address},
        }
    )


@contextlib.contextmanager
def serving(storage: Path, scratch: Path) -> Iterator[str]:
    """Run a registry on a free loopback port for the length of the block; yields host:port."""
    home = storage.parent.parent
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = int(chosen.getsockname()[1])
    address = f"127.0.0.1:{port}"
    config = scratch / "registry.yml"
    config.write_text(configuration(storage, address))
    log = scratch / "registry.log"
    with subprocesses.during([program(home), "serve", config], log):
        servers.await_answer(("127.0.0.1", port), "/v2/", log)
        yield address
