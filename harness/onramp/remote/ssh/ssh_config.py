"""What `~/.ssh/config` says of a host, joined with what the inventory says; the inventory wins.

Honoured: HostName, User, Port, IdentityFile, IdentitiesOnly, ProxyJump, ProxyCommand, HostKeyAlias,
UserKnownHostsFile, GlobalKnownHostsFile, StrictHostKeyChecking; Host and Match blocks and Include.
Paramiko reads no Include, so it is expanded here; inside a Host block it counts as if its own
Host lines stood at the top. Not honoured: every other option, among them ControlMaster,
ConnectTimeout, Ciphers, CertificateFile, PKCS11Provider and AddKeysToAgent.
"""

from __future__ import annotations

import getpass
import glob
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from onramp.config import addresses
from onramp.config.ssh_args import HOST_KEYS
from onramp.errors import UsageError
from onramp.model.host import HostKeyPolicy

if TYPE_CHECKING:
    from paramiko import SSHConfig

    from onramp.model.host import Host

FILES = ("~/.ssh/config", "/etc/ssh/ssh_config")
KNOWN_HOSTS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
GLOBAL_KNOWN_HOSTS = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
_MATCH = re.compile(r"(?im)^\s*match[\s=]+(.+)$")
_WITHOUT_VALUE = ("all", "canonical", "final")
_WITH_VALUE = ("host", "originalhost", "user", "localuser", "exec")
_PROXY_COMMAND = re.compile(r"(?im)^\s*proxycommand[\s=].*$")


class Endpoint(Struct, frozen=True):
    """One sshd and how to log in to it; `via` leads there, the nearest hop innermost.

    `keys` are tried in order; `named_keys` says a person named them, so a missing one is an error.
    `known_hosts[0]` is the file new keys are written to.
    """

    address: str
    port: int
    user: str
    keys: tuple[str, ...]
    named_keys: bool
    use_agent: bool
    identities_only: bool  # of the agent's keys, those that are in `keys`
    host_keys: HostKeyPolicy
    known_hosts: tuple[str, ...]
    alias: str | None = None
    via: Endpoint | None = None
    proxy_command: str | None = None

    @property
    def place(self) -> str:
        """`user@address`, with the port where it is not 22."""
        return f"{self.user}@{self.address}" + (f":{self.port}" if self.port != 22 else "")


def read(files: tuple[str, ...] = FILES) -> SSHConfig:
    """The user's and the system's configuration, the user's first.

    Raises UsageError naming the file and what could not be read in it.
    """
    from paramiko import SSHConfig
    from paramiko.ssh_exception import ConfigParseError

    config = SSHConfig()
    for name in files:
        path = Path(name).expanduser()
        try:
            text = expand(path, base=path.parent)
            text = _MATCH.sub(_known_criteria, text)
            config.parse(_PROXY_COMMAND.sub(_held_back, text).splitlines())
        except ConfigParseError as error:
            raise UsageError(f"{path}: {error}", resolution=f"correct {path}") from None
        except (OSError, UnicodeDecodeError) as error:
            if path.exists():
                raise UsageError(f"{path} cannot be read", str(error)) from None
    return config


def _held_back(line: re.Match[str]) -> str:
    """A ProxyCommand's tokens, for us to fill in: Paramiko knows no port but the file's own."""
    return re.sub(r"%([hpr])", r"<onramp-\1>", line[0])


def _known_criteria(line: re.Match[str]) -> str:
    """A Match line as it stands; where it asks what Paramiko does not know, one nobody meets.

    Paramiko takes such criteria for met (https://man.openbsd.org/ssh_config#Match).
    """
    try:
        words = shlex.split(re.sub(r"[\s=]+", " ", line[1]))
    except ValueError:
        return line[0]
    asked = iter(words)
    for word in asked:
        criterion = word.lower().lstrip("!")
        if criterion in _WITHOUT_VALUE:
            continue
        if criterion not in _WITH_VALUE:
            return "Match originalhost nobody.invalid"
        next(asked, None)
    return line[0]


def _filled_in(command: str | None, endpoint: Endpoint) -> str | None:
    values = {"h": endpoint.address, "p": str(endpoint.port), "r": endpoint.user}
    for token, value in values.items():
        command = command and command.replace(f"<onramp-{token}>", value)
    return command


def expand(path: Path, *, base: Path, depth: int = 0) -> str:
    """The text of a configuration file with its Include lines replaced by what they name.

    Relative names are below `base`: `~/.ssh` or `/etc/ssh`. A file beginning with Host lines does
    not end the block it is included from. Raises OSError for `path` itself only.
    """
    lines: list[str] = []
    block = "Host *"
    for line in path.read_text(encoding="utf-8").splitlines():
        word = re.split(r"[\s=]+", line.strip(), maxsplit=1)
        if word[0].lower() in ("host", "match"):
            block = line
        if word[0].lower() != "include" or len(word) < 2 or depth >= 16:
            lines.append(line)
            continue
        for file in _included(word[1], base):
            lines.append(expand(file, base=base, depth=depth + 1))
        lines.append(block)
    return "\n".join(lines)


def resolve(host: Host, config: SSHConfig) -> Endpoint:
    """The way to a host: the inventory's word first, then the configuration's, then ssh's defaults.

    A port of 22 counts as not stated, so the configuration's Port holds. Raises UsageError for a
    ProxyJump that cannot be read.
    """
    said = config.lookup(host.address)
    keys = (host.private_key,) if host.private_key else tuple(said.get("identityfile", ()))
    jumps = host.proxy_jump or said.get("proxyjump")
    endpoint = _endpoint(
        host.address,
        said,
        port=host.port if host.port != 22 else None,
        user=host.user,
        keys=keys,
        host_keys=host.host_keys,
        known_hosts=host.known_hosts,
    )
    if jumps and jumps.lower() != "none":
        return replace(endpoint, via=_hops(jumps, config, host, depth=0))
    command = None if host.proxy_jump else said.get("proxycommand")
    return replace(endpoint, proxy_command=_filled_in(command, endpoint))


def _endpoint(
    address: str,
    said: dict[str, str],
    *,
    port: int | None = None,
    user: str | None = None,
    keys: tuple[str, ...] = (),
    host_keys: HostKeyPolicy | None = None,
    known_hosts: str | None = None,
) -> Endpoint:
    text = said.get("port", "22")
    try:
        stated = addresses.port(text)
    except ValueError:
        raise UsageError(
            f"Port {text} of {address} is no number from 1 to 65535",
            resolution="correct ~/.ssh/config",
        ) from None
    policy = HOST_KEYS.get(said.get("stricthostkeychecking", "ask").lower(), "strict")
    files = (known_hosts,) if known_hosts else _known_hosts_files(said)
    return Endpoint(
        address=said.get("hostname", address),
        port=port or stated,
        user=user or said.get("user") or getpass.getuser(),
        keys=tuple(_path(key) for key in keys or DEFAULT_KEYS),
        named_keys=bool(keys),
        use_agent=True,
        identities_only=said.get("identitiesonly", "no").lower() == "yes",
        host_keys=host_keys or policy,
        known_hosts=tuple(_path(file) for file in files),
        alias=said.get("hostkeyalias"),
    )


def _known_hosts_files(said: dict[str, str]) -> tuple[str, ...]:
    mine = said.get("userknownhostsfile")
    everyone = said.get("globalknownhostsfile")
    files = (
        *(shlex.split(mine) if mine else KNOWN_HOSTS),
        *(shlex.split(everyone) if everyone else GLOBAL_KNOWN_HOSTS),
    )
    return tuple(file for file in files if file.lower() != "none") or ("/dev/null",)


def _hops(jumps: str, config: SSHConfig, host: Host, depth: int) -> Endpoint:
    """The last hop of `a,b,c`, each reached through the one before it."""
    if depth > 8:
        raise UsageError(f"{host.name}: ProxyJump leads round in a circle", jumps)
    before: Endpoint | None = None
    for text in jumps.split(","):
        user, address, port = split_place(text.strip())
        said = config.lookup(address)
        hop = _endpoint(
            address,
            said,
            port=port,
            user=user,
            keys=tuple(said.get("identityfile", ())) or _given_key(host),
            host_keys=host.host_keys,
            known_hosts=host.known_hosts,
        )
        further = said.get("proxyjump")
        if before is None and further and further.lower() != "none":
            before = _hops(further, config, host, depth + 1)
        before = replace(hop, via=before)
    assert before is not None
    return before


def split_place(text: str) -> tuple[str | None, str, int | None]:
    """A hop, `user@address:port` or `ssh://…`, in parts. Raises UsageError."""
    try:
        hop = addresses.target(text.removeprefix("ssh://").removesuffix("/"))
    except ValueError as error:
        advice = "write user@host:port"
        raise UsageError(f"ProxyJump {text!r} cannot be read", str(error), advice) from None
    return hop.user, hop.address, hop.port


def _given_key(host: Host) -> tuple[str, ...]:
    return (host.private_key,) if host.private_key else ()


def _included(names: str, base: Path) -> list[Path]:
    patterns = [Path(base, Path(name).expanduser()) for name in shlex.split(names)]
    found = (Path(file) for pattern in patterns for file in sorted(glob.glob(str(pattern))))
    return [file for file in found if file.is_file()]


def _path(name: str) -> str:
    return str(Path(name).expanduser())
