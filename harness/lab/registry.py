"""docker-registry: its program, its configuration, and running it for the length of a build.

The program is taken out of its Debian package instead of being installed, since installing it
would start a registry on the machine that the lab's user never asked for.
"""

import contextlib
import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from harness.errors import HarnessError
from harness.lab import artifacts, commands, fetch, processes

_PACKAGE, _SUITE = "docker-registry", "bookworm"
_ANSWERS_WITHIN_S = 15.0


def program(home: Path) -> Path:
    """The docker-registry executable, fetched if needed."""

    def make(folder: Path) -> None:
        debs = fetch.download([f"{_PACKAGE}/{_SUITE}"], [_SUITE], folder)
        commands.run_build(["dpkg-deb", "--extract", debs[_PACKAGE], folder / "root"])
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
        address = f"127.0.0.1:{chosen.getsockname()[1]}"
    config = scratch / "registry.yml"
    config.write_text(configuration(storage, address))
    pid = processes.launch(
        ["setpriv", "--no-new-privs", program(home), "serve", config],
        pid_file=scratch / "registry.pid", log=scratch / "registry.log", group=None,
    )  # fmt: skip
    try:
        await_answer(f"http://{address}/v2/", scratch / "registry.log")
        yield address
    finally:
        if process := processes.find(pid):
            processes.stop(process)


def answers(url: str) -> bool:
    """Whether an HTTP server answers 200 there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def await_answer(url: str, log: Path) -> None:
    """Wait until a server that was just started answers.

    Raises HarnessError with what it printed when it does not.
    """
    deadline = time.monotonic() + _ANSWERS_WITHIN_S
    while not answers(url):
        if time.monotonic() > deadline:
            raise HarnessError(
                brief=f"the lab's server at {url} did not come up within {_ANSWERS_WITHIN_S:.0f} s",
                details=log.read_text(errors="replace")[-commands.TAIL_CHARS :],
            )
        time.sleep(0.05)
