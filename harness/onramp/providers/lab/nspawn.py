"""The process that a lab host runs in: started, started again when the host restarts, and ended."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from onramp.errors import HarnessError
from onramp.providers.lab import cgroups, network, processes, subprocesses

ENDED_WITHIN_S = 120.0  # longer than the minute and a half that systemd gives a service
_WORDS = "boot.json"  # in a host's folder: what starts it


def start(
    folder: Path, name: str, index: int, binds: Mapping[Path, str], options: Sequence[str]
) -> int:
    """Run systemd-nspawn so that it outlives us.

    Why these settings (each was missed once): without the unified hierarchy `docker run` cannot
    make control groups; without writable network sysctls `docker build` cannot switch off IPv6;
    Docker's data must not lie on the overlay, since overlayfs does not stack on overlayfs.
    """
    settings = ["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1", "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network"]
    words = [
        "env", *settings, "systemd-nspawn", "--quiet", "-D", f"{folder / 'root'}", "--boot",
        f"--network-namespace-path=/run/netns/{network.namespace(index)}",
        "--resolv-conf=off", "--timezone=off", "--register=no", "--keep-unit",
        f"--machine={network.namespace(index)}", f"--hostname={name}",
        "--private-users=no", "--capability=all", "--system-call-filter=@keyring bpf",
        *(f"--bind={here}:{there}" for here, there in binds.items()),
        *options,
    ]  # fmt: skip
    (folder / _WORDS).write_text(json.dumps(words))
    return _launch(folder, words, index)


def _launch(folder: Path, words: list[str], index: int) -> int:
    group = cgroups.group(index)
    if group is not None:
        group.mkdir(exist_ok=True)
    pid_file, log = folder / "pid", folder / "console.log"
    return processes.launch(words, pid_file=pid_file, log=log, group=group)


def start_again(folder: Path, name: str, index: int) -> int:
    """What `start` did, for a host whose init is just ending. Raises HarnessError.

    Its network is made anew too: a machine that restarts keeps no bridge and no rule.
    """
    _await_end(folder, name)
    cgroups.end(cgroups.group(index))
    network.detach(index)
    network.attach(index)
    return _launch(folder, json.loads((folder / _WORDS).read_text()), index)


def _await_end(folder: Path, name: str) -> None:
    deadline = time.monotonic() + ENDED_WITHIN_S
    while running(folder) is not None:
        if time.monotonic() > deadline:
            raise HarnessError(f"lab host {name} did not end within {ENDED_WITHIN_S:.0f} s")
        time.sleep(0.05)


def halt(folder: Path, index: int | None) -> None:
    """End a host at once, as when its power is cut; nothing happens where none runs."""
    process = running(folder)
    if index is not None:
        cgroups.end(cgroups.group(index))
    if process is not None:
        processes.stop(process, grace_s=0)
    subprocesses.works(["umount", "--lazy", folder / "root"])


def running(folder: Path) -> processes.Process | None:
    """A host's process, if it runs; its id may have been given to another program since."""
    pid = processes.read_pid(folder / "pid")
    process = processes.find(pid) if pid is not None else None
    return process if process is not None and _is_nspawn(process.pid) else None


def _is_nspawn(pid: int) -> bool:
    try:
        return "nspawn" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False
