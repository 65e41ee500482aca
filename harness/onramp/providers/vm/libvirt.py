"""libvirt on this machine: running, and free of what was left of our machines.

Vagrant asks libvirt for machines and forgets them when it is killed; libvirt does not. Machines of
ours are known by their prefix. Commands: virsh(1).
"""

from __future__ import annotations

import time
from pathlib import Path

from onramp.errors import HarnessError
from onramp.providers import vagrant_states
from onramp.providers.lab import network, processes, subprocesses

PREFIX = "onramp-"
POOL = "default"
_VIRSH = ("virsh", "--quiet", "--connect", "qemu:///system")
_DAEMONS = ("virtlogd", "libvirtd")
_WITHIN_S = 30.0


def start() -> None:
    """See that libvirt answers; where no init system runs it, it is started until `stop`.

    Raises HarnessError with what it printed when it does not come up.
    """
    if _answers():
        return
    if Path("/run/systemd/system").exists():
        subprocesses.run(["systemctl", "start", "libvirtd"])
    else:
        for name in _DAEMONS:
            _launch(name)
    deadline = time.monotonic() + _WITHIN_S
    while not _answers():
        if time.monotonic() > deadline:
            raise HarnessError(
                f"libvirt did not answer within {_WITHIN_S:.0f} s of being started",
                details=_said(),
                resolution="see what `virsh --connect qemu:///system version` says",
            )
        time.sleep(0.2)


def stop() -> None:
    """End what `start` started, where nobody's machine runs; networks go first."""
    started = [name for name in reversed(_DAEMONS) if _started(name)]
    if not started or not _answers() or _virsh("list", "--name").split():
        return
    for name in _virsh("net-list", "--name").split():
        subprocesses.works([*_VIRSH, "net-destroy", name])
    for name in started:
        process = _started(name)
        if process:
            processes.stop(process, grace_s=5)
        _pid_file(name).unlink(missing_ok=True)


def domains() -> tuple[str, ...]:
    """Machines of ours that libvirt knows, running or not, without the prefix."""
    if not _answers():
        return ()
    names = _virsh("list", "--all", "--name").split()
    return tuple(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def remove(machine: str) -> None:
    """Take a machine of ours away with its disk, whatever state it is in, or whatever is left."""
    if not _answers():
        return
    for name in domains():
        if _is(name, machine):
            domain = f"{PREFIX}{name}"
            subprocesses.works([*_VIRSH, "destroy", domain])
            subprocesses.works([*_VIRSH, "undefine", domain, "--snapshots-metadata", "--nvram"])
    for volume in _volumes():
        name = volume.removeprefix(PREFIX).removesuffix(".img")
        if volume == f"{PREFIX}{name}.img" and _is(name, machine):
            subprocesses.run([*_VIRSH, "vol-delete", volume, "--pool", POOL])


def _is(name: str, machine: str) -> bool:
    """Whether that is libvirt's name for a machine: its own, or with the Vagrantfile's behind."""
    return name == machine or name.startswith(f"{machine}--")


def forget_box(name: str) -> None:
    """Remove libvirt's copies of a box; one cut short would be taken for whole the next time."""
    prefix = f"{vagrant_states.stored(name)}_vagrant_box_image_"
    for volume in _volumes():
        if volume.startswith(prefix):
            subprocesses.works([*_VIRSH, "vol-delete", volume, "--pool", POOL])


def _volumes() -> list[str]:
    """The volumes of the pool, looked at anew; none where there is no pool yet."""
    if not _answers() or not subprocesses.works([*_VIRSH, "pool-refresh", POOL]):
        return []
    return [line.split()[0] for line in _virsh("vol-list", POOL).splitlines() if line.split()]


def _virsh(*words: str) -> str:
    return subprocesses.run([*_VIRSH, *words])


def _answers() -> bool:
    return subprocesses.works([*_VIRSH, "version"])


def _launch(name: str) -> None:
    if _started(name) is None:
        network.RUN.mkdir(parents=True, exist_ok=True)
        processes.launch([name], pid_file=_pid_file(name), log=_log(name), group=None)
        time.sleep(0.5)


def _started(name: str) -> processes.Process | None:
    """The daemon that was launched here and runs still; its id may be another program's by now."""
    pid = processes.read_pid(_pid_file(name))
    process = processes.find(pid) if pid else None
    same = process and Path(f"/proc/{process.pid}/comm").read_text().strip() == name
    return process if same else None


def _pid_file(name: str) -> Path:
    return network.RUN / f"{name}.pid"


def _log(name: str) -> Path:
    return network.RUN / f"{name}.log"


def _said() -> str:
    texts = [_log(name).read_text(errors="replace") for name in _DAEMONS if _log(name).exists()]
    return "\n".join(texts)[-subprocesses.TAIL_CHARS :]
