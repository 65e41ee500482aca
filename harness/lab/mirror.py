"""What Docker's documentation downloads, served on the lab's bridge.

For machines that cannot reach Docker's own servers. Two detached servers on the bridge's address:
plain files (packages, Python index) and a container registry. They outlive whoever started them,
are checked before each use, restarted when dead, and stopped by `Lab.down()`.
"""

import json
import socket
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness.lab import (
    commands,
    locks,
    mirror_images,
    mirror_packages,
    mirror_python,
    network,
    processes,
    registry,
)

FILES_PORTS = range(8480, 8500)
REGISTRY_PORTS = range(5480, 5500)


@dataclass(frozen=True)
class Mirror:
    """Where the lab's hosts find what Docker's documentation downloads.

    `repository` is a base address for `docker.repository`; `registry` one for the engine's
    `registry-mirrors`; the other two are what pip calls --index-url and --trusted-host.
    """

    repository: str
    registry: str
    pip_index: str
    pip_trusted_host: str


def serve(home: Path, progress: Callable[[str], None]) -> Mirror:
    """Build what is missing, start what does not run, and say where it is."""
    packages, storage, python = _build(home, progress)
    with locks.locked(home / ".servers.lock"):
        www = _web_root(home / "www", {
            "linux": packages / "linux", "simple": python / "simple", "files": python / "files"
        })  # fmt: skip
        files = _server(home / "files", FILES_PORTS, "/simple/", lambda port: [
            sys.executable, "-m", "http.server", str(port),
            "--bind", network.GATEWAY, "--directory", str(www),
        ])  # fmt: skip
        program = registry.program(home)
        images = _server(home / "registry", REGISTRY_PORTS, "/v2/", lambda port: [
            str(program), "serve", str(_registry_file(home, storage, port)),
        ])  # fmt: skip
    return Mirror(f"{files}/linux", images, f"{files}/simple/", network.GATEWAY)


def _build(home: Path, progress: Callable[[str], None]) -> tuple[Path, Path, Path]:
    """The three parts, in parallel."""
    makers = (mirror_packages.build, mirror_images.build, mirror_python.build)
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(make, home, progress) for make in makers]
    packages, storage, python = (job.result() for job in jobs)
    return packages, storage, python


def _web_root(www: Path, entries: dict[str, Path]) -> Path:
    """A directory of links to what is served, made anew so that it names the current builds."""
    www.mkdir(parents=True, exist_ok=True)
    for name, target in entries.items():
        link = www / f".{name}"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        link.rename(www / name)
    return www


def _registry_file(home: Path, storage: Path, port: int) -> Path:
    file = home / "registry.yml"
    file.write_text(registry.configuration(storage, f"{network.GATEWAY}:{port}"))
    return file


def _server(
    state: Path, ports: Sequence[int], probe: str, argv: Callable[[int], list[str]]
) -> str:
    """The address of a server that runs now; started on the first free port if need be."""
    known = _recorded(state)
    if known is not None and registry.answers(known + probe):
        return known
    stop(state)
    port = next(port for port in ports if _free(port))
    processes.launch(
        argv(port), pid_file=state.with_suffix(".pid"), log=state.with_suffix(".log"), group=None
    )
    url = f"http://{network.GATEWAY}:{port}"
    registry.await_answer(url + probe, state.with_suffix(".log"))
    process = processes.find(processes.read_pid(state.with_suffix(".pid")) or 0)
    started = process.started if process else 0
    state.with_suffix(".json").write_text(json.dumps({"url": url, "started": started}))
    return url


def _recorded(state: Path) -> str | None:
    """The address of the server recorded here, if that very process still runs."""
    process, url = _process(state)
    return url if process is not None and process.alive() else None


def _process(state: Path) -> tuple[processes.Process | None, str]:
    pid = processes.read_pid(state.with_suffix(".pid"))
    try:
        fields = json.loads(state.with_suffix(".json").read_text())
    except (FileNotFoundError, ValueError):
        return (processes.find(pid) if pid else None), ""
    return (processes.Process(pid, fields["started"]) if pid else None), fields["url"]


def stop(state: Path) -> None:
    """Stop the server recorded here."""
    process, _ = _process(state)
    if process is not None:
        processes.stop(process)
    for suffix in (".pid", ".json"):
        state.with_suffix(suffix).unlink(missing_ok=True)


def stop_all(home: Path) -> None:
    """Stop every server of this mirror."""
    if home.exists():
        with locks.locked(home / ".servers.lock"):
            stop(home / "files")
            stop(home / "registry")


def _free(port: int) -> bool:
    try:
        socket.create_server((network.GATEWAY, port)).close()
    except OSError:
        return False
    return True
