"""Running Vagrant machines, with the login that `vagrant ssh-config` states.

Machines are neither started nor stopped: that is the user's to decide (`vagrant up NAME`). Each
has a known_hosts of its own below `.vagrant/`, in the machine's directory, which `vagrant destroy`
empties: a machine made anew has a new key.
Output formats: https://developer.hashicorp.com/vagrant/docs/cli
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from onramp.config import addresses, suggest
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.providers import Progress, vagrant_states

Run = Callable[[Sequence[str]], tuple[int, str, str]]  # arguments -> exit code, stdout, stderr
_LIMIT_S = 120.0


class VagrantProvider:
    """Machines of the Vagrantfile in `root`. `run` calls vagrant; tests put their own there."""

    def __init__(self, root: Path, run: Run | None = None) -> None:
        self.root = root
        self._run = run or (lambda arguments: _vagrant(root, arguments))
        self._running: dict[str, Host] | None = None
        self.notes: tuple[str, ...] = ()  # on machines that cannot be taken, once they were asked
        self._lock = threading.Lock()

    def running(self) -> tuple[Host, ...]:
        """All machines that are running, in Vagrant's order; asked once. Raises UsageError."""
        with self._lock:
            if self._running is None:
                config = self._config()
                self._running = {host.name: host for host in parse(config, root=self.root)}
            return tuple(self._running.values())

    def acquire(self, host: Host, progress: Progress) -> Host:
        """The host with its machine's login, where the inventory states none."""
        if host.address:
            return host
        progress(f"asking Vagrant for {host.image}")
        machines = {machine.name: machine for machine in self.running()}
        machine = machines.get(host.image or host.name)
        if machine is None:
            running = ", ".join(machines) or "none"
            raise UsageError(
                f"Vagrant machine {host.image} is not running (running: {running})",
                resolution=f"start it: vagrant up {host.image}",
            )
        return replace(
            host,
            address=machine.address,
            port=machine.port,
            user=host.user or machine.user,
            private_key=host.private_key or machine.private_key,
            host_keys=host.host_keys or machine.host_keys,
            known_hosts=host.known_hosts or machine.known_hosts,
        )

    def release(self, host: Host) -> None:
        """Nothing was started, so nothing is stopped."""

    def _config(self) -> str:
        """`vagrant ssh-config` of the running machines alone: it fails where any named is down."""
        code, stdout, stderr = self._run(["status", "--machine-readable"])
        if code != 0:
            raise _failure("status", stdout, stderr)
        states = vagrant_states.read(stdout, self.root, vagrant_states.vagrant_home())
        self.notes = vagrant_states.notes(states, os.getuid())
        names = vagrant_states.running(states)
        if not names:
            return ""
        code, stdout, stderr = self._run(["ssh-config", *names])
        if code != 0:
            raise _failure("ssh-config", stdout, stderr)
        return stdout


def parse(config: str, *, root: Path) -> tuple[Host, ...]:
    """The hosts of an ssh_config as `vagrant ssh-config` prints it. Raises UsageError."""
    from paramiko import SSHConfig  # slow to import; only Vagrant's users pay for it
    from paramiko.ssh_exception import ConfigParseError

    try:
        parsed = SSHConfig.from_text(config)
    except ConfigParseError as error:
        raise UsageError(f"vagrant ssh-config: {error}") from None
    names = [line.split(None, 1)[1] for line in config.splitlines() if line.startswith("Host ")]
    return tuple(_host(name.strip().strip('"'), parsed.lookup(name), root) for name in names)


def _host(name: str, said: Mapping[str, Any], root: Path) -> Host:
    where = f"vagrant ssh-config: {name}"
    if "proxycommand" in said:
        raise UsageError(f"{where}: is reached through a ProxyCommand, which is not supported")
    keys = said.get("identityfile", [])
    try:
        return Host(
            name=addresses.name(name),
            address=addresses.address(str(said.get("hostname", name))),
            port=addresses.port(str(said.get("port", 22))),
            user=addresses.user(str(said.get("user", "vagrant"))),
            private_key=str(keys[0]) if keys else None,
            host_keys="accept-new",
            known_hosts=str(_known_hosts(name, root)),
            groups=("all", "vagrant"),
            provider="vagrant",
            image=name,
        )
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _known_hosts(name: str, root: Path) -> Path:
    found = sorted((root / ".vagrant" / "machines" / name).glob("*/id"))
    if found:
        return found[0].parent / "onramp_known_hosts"
    return root / ".vagrant" / f"onramp_known_hosts-{name}"


def _vagrant(root: Path, arguments: Sequence[str]) -> tuple[int, str, str]:
    """Runs vagrant in the project, without a terminal and without its call home.

    Not with --no-tty, which makes Vagrant 2.3 forget --machine-readable.
    """
    env = {**os.environ, "VAGRANT_CHECKPOINT_DISABLE": "1", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            ["vagrant", *arguments, "--no-color"],
            cwd=root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LIMIT_S,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError(
            "vagrant is not installed", resolution="install it, with a provider"
        ) from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"vagrant {arguments[0]} gave no answer in {_LIMIT_S:.0f} s") from None
    return done.returncode, done.stdout, done.stderr


def _failure(command: str, stdout: str, stderr: str) -> UsageError:
    """Vagrant's own words; with --machine-readable they are on stdout, in its own escapes."""
    words = stderr.strip()
    for line in stdout.splitlines():
        kind, _, rest = line.partition(",")[2].partition(",")[2].partition(",")
        if not words and kind == "error-exit":
            words = rest.partition(",")[2].replace("\\n", " ").replace("%!(VAGRANT_COMMA)", ",")
    first = suggest.quoted(words.split(". ")[0]) if words else "no words of its own"
    return UsageError(f"vagrant {command} failed: {first}", details=words)
