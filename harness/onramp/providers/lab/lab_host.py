"""Boot and destroy one host: an overlay on a root file system, run by systemd-nspawn.

The host has its own init, processes, mounts, network and control group; the kernel is shared.
Everything of one host lies in one directory, so removing the directory removes the host.
"""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from onramp import PROGRAM
from onramp.errors import HarnessError
from onramp.providers.lab import cgroups, kernel_files, network, nspawn, processes, subprocesses
from onramp.providers.lab.bootstrap import USER

READY_WITHIN_S = 60.0
SSH_PORT = 22
TIMED_OUT = 124  # what timeout(1) exits with

_AT_HOME = ".local/share/docker"  # where a rootless daemon keeps what it has
_DATA = {  # directories that do not lie on the overlay
    "docker": "/var/lib/docker",
    "containerd": "/var/lib/containerd",
    "rootless": f"/home/{USER}/{_AT_HOME}",
}
_HOST_KEYS = ("ed25519", "ecdsa")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class LabHost(Struct, frozen=True):
    """A running lab host and all that is needed to log in to it."""

    name: str
    image: str
    address: str
    port: int
    user: str
    private_key: Path
    known_hosts: Path
    pid: int


class StartState(Struct, frozen=True):
    """What makes a host other than clean: a frozen host it starts from (see `freeze`), and more
    options for systemd-nspawn.
    """

    frozen: Path | None = None
    options: tuple[str, ...] = ()


CLEAN = StartState()


class Plan(Struct, frozen=True):
    """What a host is to be made from; `files`: {path: text} written into it before it boots."""

    name: str
    image: str
    root: Path
    key: Path
    folder: Path
    start_state: StartState = CLEAN
    files: Mapping[str, str] = field(default_factory=dict)


def boot(plan: Plan) -> LabHost:
    """Make the host, start it and wait until a login would work (about a second).

    Raises HarnessError with the host's own console output when it does not come up.
    """
    index = network.claim(plan.folder)
    network.raise_bridge()
    network.attach(index)
    _furnish(plan, index)
    binds = {plan.folder / name: path for name, path in _DATA.items()}
    pid = nspawn.start(plan.folder, plan.name, index, binds, plan.start_state.options)
    host = LabHost(
        plan.name, plan.image, network.address_of(index), SSH_PORT, USER,
        plan.key, plan.folder / "known_hosts", pid,
    )  # fmt: skip
    _await_login(host, plan.folder / "console.log")
    return host


def boot_again(host: LabHost, folder: Path, index: int) -> LabHost:
    """Start a host anew that is just ending, from what is on its disk. Raises HarnessError.

    Whether it then lets anybody in is for others to find out.
    """
    return replace(host, pid=nspawn.start_again(folder, host.name, index))


def _furnish(plan: Plan, index: int) -> None:
    """Lay the overlay and write what makes this host itself: name, keys, DNS servers."""
    folder, root = plan.folder, plan.folder / "root"
    frozen = plan.start_state.frozen
    for name in ("upper", "work", "root", *_DATA):
        (folder / name).mkdir(parents=True, exist_ok=True)
        if frozen and name in _DATA and (frozen / name).exists():
            _thaw(frozen / name, folder / name)
    lower = f"{frozen / 'upper'}:{plan.root}" if frozen else f"{plan.root}"
    options = f"lowerdir={lower},upperdir={folder / 'upper'},workdir={folder / 'work'}"
    overlay = ["mount", "-t", "overlay", "-o"]  # volatile: nothing is flushed for a throw-away host
    if not subprocesses.works([*overlay, f"{options},volatile", "overlay", root]):  # Linux < 5.10
        subprocesses.run([*overlay, options, "overlay", root])
    (root / "etc/hostname").write_text(f"{plan.name}\n")
    (root / "etc/hosts").write_text(
        f"127.0.0.1\tlocalhost\n127.0.1.1\t{plan.name}\n::1\tlocalhost ip6-localhost\n"
    )
    (root / "etc/resolv.conf").write_text(network.resolv_conf())
    for path, text in {**kernel_files.files(), **plan.files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    _own_data(folder / "rootless", root / "home" / USER)
    known = [f"{network.address_of(index)} {_host_key(root, kind)}\n" for kind in _HOST_KEYS]
    (folder / "known_hosts").write_text("".join(known))
    for home, owner in ((root / "root", 0), (root / "home" / USER, 1000)):
        _authorize(home, owner, plan.key.with_name(plan.key.name + ".pub").read_text())


def _own_data(data: Path, home: Path) -> None:
    """The user's part of what does not lie on the overlay, and the folders that lead there."""
    there = home / _AT_HOME
    there.mkdir(parents=True, exist_ok=True)
    for path in (data, there, *list(there.parents)[:2]):
        os.chown(path, 1000, 1000)


def _thaw(frozen: Path, target: Path) -> None:
    """A copy for one host; image layers, nine tenths of it, are never written to and are linked."""
    subprocesses.run(["cp", "-al", f"{frozen}/.", target])
    for where, folders, files in os.walk(target):
        if Path(where).parent == target / "overlay2":
            folders[:] = [name for name in folders if name != "diff"]
        for file in (Path(where, name) for name in files):
            if stat.S_ISREG(file.lstat().st_mode):
                own = file.with_name(f"{file.name}.thawing")
                shutil.copy2(file, own)
                os.chown(own, file.lstat().st_uid, file.lstat().st_gid)
                own.rename(file)


def _host_key(root: Path, kind: str) -> str:
    """Give the host a key of its own; returns the public half. (RSA is left out: it is slow.)"""
    file = root / f"etc/ssh/ssh_host_{kind}_key"
    subprocesses.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "root@lab", "-f", file])
    return file.with_suffix(".pub").read_text().strip()


def _authorize(home: Path, owner: int, public_key: str) -> None:
    folder, file = home / ".ssh", home / ".ssh/authorized_keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    file.write_text(public_key)
    file.chmod(0o600)
    for path in (folder, file):
        os.chown(path, owner, owner)


def _await_login(host: LabHost, console: Path) -> None:
    """Wait for sshd's banner, and for systemd to lift /run/nologin, which refuses plain users."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if processes.find(host.pid) is None:
            break
        leader = leader_of(host)
        barred = leader is None or Path(f"/proc/{leader}/root/run/nologin").exists()
        if not barred and banner(host.address, host.port).startswith("SSH-"):
            return
        time.sleep(0.03)
    said = console.read_text(errors="replace")[-subprocesses.TAIL_CHARS :]
    raise HarnessError(
        brief=f"lab host {host.name} did not answer SSH within {READY_WITHIN_S:.0f} s of booting",
        details=said or "its console printed nothing",
        resolution=f"run {PROGRAM} lab.down and try again; the console output above says why",
    )


def banner(address: str, port: int) -> str:
    """What sshd says first, or an empty string."""
    try:
        with socket.create_connection((address, port), timeout=1) as connection:
            connection.settimeout(1)
            return connection.recv(64).decode("ascii", "replace")
    except OSError:
        return ""


def leader_of(host: LabHost) -> int | None:
    """The host's process 1, as this machine numbers it."""
    return next(iter(processes.children(host.pid)), None)


def root_shell(host: LabHost, script: str, timeout_s: float = 60.0) -> tuple[int, str, str]:
    """Run a shell script as root inside the host without SSH: (exit code, stdout, stderr).

    The shell is bash, or sh where the system has none. For what breaks SSH itself, and for breaking
    it. The exit code is 124 when it took longer than `timeout_s`; then the script's processes are
    killed.
    """
    leader = leader_of(host)
    if leader is None:
        raise HarnessError(brief=f"lab host {host.name} is not running")
    shell = "bash" if Path(f"/proc/{leader}/root/bin/bash").exists() else "sh"
    inside = ["env", "-i", f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
    argv = [
        "nsenter", f"--target={leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
        "--root", "--wd", *inside, "timeout", "-s", "KILL", f"{timeout_s:.0f}",
        shell, "-c", script,
    ]  # fmt: skip
    began = time.monotonic()
    code, stdout, stderr = _captured(argv, leader)
    return (TIMED_OUT if time.monotonic() - began >= timeout_s else code), stdout, stderr


def _captured(argv: list[str], leader: int) -> tuple[int, str, str]:
    """Run in the host's control group; output goes to files, since a daemon may keep pipes open."""
    # It waits for a word on stdin, so that it is in the group before it does anything.
    waiting = ["sh", "-c", 'read -r go; exec "$@" </dev/null', "sh", *argv]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=out, stderr=err) as process:
            cgroups.enter(leader, process.pid)
            process.communicate(b"go\n")
        out.seek(0)
        err.seek(0)
        code, said, complained = process.returncode, out.read(), err.read()
    return code, said.decode("utf-8", "replace"), complained.decode("utf-8", "replace")


def destroy(folder: Path, index: int | None) -> None:
    """End a host and remove every trace of it; works on one that was never finished, too."""
    nspawn.halt(folder, index)
    if index is not None:
        network.release(index)
    subprocesses.remove_tree(folder)


def freeze(folder: Path, index: int | None, target: Path) -> None:
    """End a host and keep what was written on it in `target`, for other hosts to start from.

    What belongs to that one host alone is left out: its keys, its identity, its logs.
    """
    nspawn.halt(folder, index)
    for name in ("upper", *_DATA):
        (folder / name).rename(target / name)
    upper = target / "upper"
    for pattern in ("etc/ssh/ssh_host_*", "var/log/journal/*", "var/log/docker.log"):
        for path in upper.glob(pattern):
            subprocesses.remove_tree(path) if path.is_dir() else path.unlink()
    (upper / "etc/machine-id").write_text("")
