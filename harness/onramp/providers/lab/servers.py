"""Detached servers on the lab's bridge: started when needed, recognised, restarted, stopped.

They outlive whoever started them. Their state lies in /run, so a reboot, which ends them, also
forgets them.
"""

import contextlib
import json
import socket
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from onramp.errors import HarnessError
from onramp.providers.lab import locks, network, processes, subprocesses

ANSWERS_WITHIN_S = 15.0
_PROGRAMS = (b"file_server.py", b"fileserver.py", b"docker-registry")
_SUFFIXES = (".pid", ".json")

Endpoint = tuple[str, int]


class Server(Struct, frozen=True):
    """How to run a server and see that it works.

    `endpoints` are tried in turn until one is free; `argv` makes the command line for it;
    `probe` is a path that must answer 200 over HTTP, or None where only the port is looked at;
    `serves` names what it serves: a running server of something else is replaced.
    """

    name: str
    endpoints: Iterable[Endpoint]
    argv: Callable[[Endpoint], list[str]]
    probe: str | None
    serves: str


@contextlib.contextmanager
def runtime(home: Path) -> Iterator[Path]:
    """Hold the lock on the servers of one cache; yields the directory of their state."""
    state = network.mirror_state(home)
    with locks.locked(_lock(state)):
        state.mkdir(parents=True, exist_ok=True)
        (state / "home").write_text(str(home))
        network.raise_bridge()
        yield state


def running(state: Path, server: Server) -> Endpoint:
    """Where the server listens; started if it does not run or does not answer.

    Raises HarnessError with what it printed when it does not come up.
    """
    process, endpoint, serves = _recorded(state / server.name)
    current = process is not None and process.alive() and serves == server.serves
    if current and endpoint and _answers(endpoint, server.probe):
        return endpoint
    _stop(state / server.name)
    return _start(state / server.name, server)


def stop_all(home: Path) -> None:
    """Stop the servers of this cache, and of caches that were removed under theirs."""
    own = network.mirror_state(home)
    for state in network.mirrors():
        with locks.locked(_lock(state)), contextlib.suppress(FileNotFoundError):
            owner = Path((state / "home").read_text())
            if state == own or not owner.exists():
                for pid_file in state.glob("*.pid"):
                    _stop(pid_file.with_suffix(""))
                subprocesses.remove_tree(state)


def _lock(state: Path) -> Path:
    return state.with_name(f".{state.name}.lock")


def _start(record: Path, server: Server) -> Endpoint:
    endpoint = next((e for e in server.endpoints if _free(e)), None)
    if endpoint is None:
        raise HarnessError(
            brief=f"no port is free on the lab's bridge for its {server.name} server",
            resolution="see who listens there with: ss -ltnp | grep 198.18.",
        )
    log = record.with_suffix(".log")
    pid = processes.launch(
        server.argv(endpoint), pid_file=record.with_suffix(".pid"), log=log, group=None
    )
    process = processes.find(pid)
    started = process.started if process else 0
    fields = {"endpoint": endpoint, "started": started, "serves": server.serves}
    record.with_suffix(".json").write_text(json.dumps(fields))
    await_answer(endpoint, server.probe, log)
    return endpoint


def _recorded(record: Path) -> tuple[processes.Process | None, Endpoint | None, str]:
    """The process started last for this record, where it listens, and what it serves."""
    pid = processes.read_pid(record.with_suffix(".pid"))
    try:
        fields = json.loads(record.with_suffix(".json").read_text())
        address, port = fields["endpoint"]
        process = processes.Process(pid, fields["started"]) if pid else None
        return process, (address, port), fields["serves"]
    except (FileNotFoundError, ValueError, KeyError):
        return None, None, ""


def _stop(record: Path) -> None:
    process, _, _ = _recorded(record)
    process = process or _unrecorded(record)
    if process is not None:
        processes.stop(process)
    for suffix in _SUFFIXES:
        record.with_suffix(suffix).unlink(missing_ok=True)


def _unrecorded(record: Path) -> processes.Process | None:
    """A server whose starter was killed before it could write the record."""
    pid = processes.read_pid(record.with_suffix(".pid"))
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    ours = any(program in words for program in _PROGRAMS)
    return processes.find(pid) if ours and pid else None


def _free(endpoint: Endpoint) -> bool:
    try:
        socket.create_server(endpoint).close()
    except OSError:
        return False
    return True


def _answers(endpoint: Endpoint, probe: str | None) -> bool:
    """Whether the server answers there; no proxy is asked on the way."""
    if probe is None:
        with contextlib.suppress(OSError), socket.create_connection(endpoint, timeout=2):
            return True
        return False
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://{endpoint[0]}:{endpoint[1]}{probe}"
    with contextlib.suppress(OSError), opener.open(url, timeout=2) as response:
        return bool(response.status == 200)
    return False


def await_answer(endpoint: Endpoint, probe: str | None, log: Path) -> None:
    """Wait until a server that was just started answers.

    Raises HarnessError with what it printed when it does not.
    """
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while not _answers(endpoint, probe):
        if time.monotonic() > deadline:
            where = f"{endpoint[0]}:{endpoint[1]}"
            raise HarnessError(
                brief=f"the lab's server on {where} did not come up in {ANSWERS_WITHIN_S:.0f} s",
                details=log.read_text(errors="replace")[-subprocesses.TAIL_CHARS :],
            )
        time.sleep(0.05)
