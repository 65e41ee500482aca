"""A real sshd: a port, keys and a configuration of its own, ended by its process id."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from onramp.model.host import Host

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Sshd:
    """Runs until `stop`, on loopback or, in a network namespace, at an address of that.

    `options` are further lines of its configuration.
    """

    def __init__(
        self,
        home: Path,
        *options: str,
        key_types: tuple[str, ...] = ("ed25519",),
        address: str = "127.0.0.1",
        namespace: str = "",
    ) -> None:
        assert SSHD, "sshd is not installed"
        self.home = home
        self.address = address
        self._within = ["ip", "netns", "exec", namespace] if namespace else []
        self.port = _free_port()
        self.user = getpass.getuser()
        self.key = _keygen(home / "login", "ed25519")
        shutil.copy(f"{self.key}.pub", home / "authorized_keys")
        self.host_keys = {kind: _keygen(home / f"host_{kind}", kind) for kind in key_types}
        self.known_hosts = home / "known_hosts"
        self.known_hosts.write_text("".join(self.line(kind) for kind in key_types))
        config = home / "sshd_config"
        lines = (
            f"Port {self.port}", f"ListenAddress {address}", "UsePAM no", "StrictModes no",
            "PidFile none", "PermitRootLogin yes", "PasswordAuthentication no",
            "KbdInteractiveAuthentication no", f"AuthorizedKeysFile {home}/authorized_keys",
            *(f"HostKey {key}" for key in self.host_keys.values()), *options,
        )  # fmt: skip
        config.write_text("\n".join(lines) + "\n")
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        self.config = config
        self.start()

    def start(self) -> None:
        words = [*self._within, str(SSHD), "-D", "-e", "-f", str(self.config)]
        with (self.home / "sshd.log").open("ab") as log:
            self.process = subprocess.Popen(words, stderr=log, start_new_session=True)
        _await_port(self.address, self.port)

    def line(self, kind: str) -> str:
        public = Path(f"{self.home}/host_{kind}.pub").read_text().split()
        return f"[{self.address}]:{self.port} {public[0]} {public[1]}\n"

    def host(self, **changes: object) -> Host:
        fields: dict[str, object] = {
            "name": "loop", "address": self.address, "port": self.port, "user": self.user,
            "private_key": str(self.key), "known_hosts": str(self.known_hosts),
        }  # fmt: skip
        return Host(**{**fields, **changes})  # type: ignore[arg-type]

    def sessions(self) -> list[int]:
        """The processes that serve logins: children of ours, and theirs."""
        return descendants(self.process.pid)

    def stop(self) -> None:
        for pid in [*self.sessions(), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def descendants(pid: int) -> list[int]:
    """A process's children, theirs, and so on."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = [int(child) for child in children.read_text().split()]
    except FileNotFoundError:
        return []
    return [deeper for child in found for deeper in (child, *descendants(child))]


def _keygen(path: Path, kind: str) -> Path:
    subprocess.run(  # noqa: S603
        ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return path


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _await_port(address: str, port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection((address, port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("sshd did not start")
