"""What a worker has to know to take hosts through a run: the options, the hosts, how to log in.

A worker of the run's own gets all of it over SSH, on standard input, and keeps it in memory. To
somebody's cluster it travels with the tasks, without credentials; hosts that need some are refused.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from onramp.errors import UsageError
from onramp.fleet.known_hosts import hops
from onramp.journey import Scope
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline.run_session import RunOptions
from onramp.providers import Reset
from onramp.remote.ssh import ssh_config
from onramp.remote.ssh.ssh_config import Endpoint
from onramp.text.masking import secret_values

_PLACE: Final = re.compile(r"/proc/self/fd/\d+")
AT_ONCE: Final = 2  # shards a worker has at a time: the last hosts of one hold up no other's


class Kit(msgspec.Struct, frozen=True):
    """`endpoints` by host; `files` is what they name: keys (no key without `secrets`), hosts' keys.

    `forks` is hosts at a time of one shard.
    """

    scope: Scope
    stack: Stack
    hosts: tuple[Host, ...]
    forks: int
    allow: tuple[str, ...]
    remedies: bool
    requirements: bool
    check: bool
    keep: bool
    reset: Reset
    purge: bool
    reboot: bool
    endpoints: dict[str, Endpoint]
    files: dict[str, bytes]
    secrets: bool

    def options(self, hosts: Sequence[Host]) -> RunOptions:
        """Those of a run of these hosts on a worker."""
        given = {name: getattr(self, name) for name in _SHARED}
        return RunOptions(hosts=tuple(hosts), **given)


# Made on import: a shape whose first reading is by two threads at once crashes msgspec 0.22.
_DECODER: Final = msgspec.json.Decoder(Kit)
_SHARED: Final = (
    "scope", "stack", "forks", "allow", "remedies", "requirements", "check", "keep", "reset",
    "purge", "reboot",
)  # fmt: skip


def packed(options: RunOptions, *, secrets: bool) -> Kit:
    """The kit of a run. Raises UsageError where workers cannot do what was asked for."""
    for host in options.hosts:
        _check(host, options.stack, secrets=secrets)
    config = ssh_config.read()
    endpoints = {host.name: ssh_config.resolve(host, config) for host in options.hosts}
    given = {name: getattr(options, name) for name in _SHARED}
    given["forks"] = -(-options.forks // AT_ONCE)
    return Kit(
        hosts=options.hosts,
        endpoints=endpoints,
        files=_files(endpoints.values(), keys=secrets),
        secrets=secrets,
        **given,
    )


def encoded(kit: Kit) -> bytes:
    return msgspec.json.encode(kit)


def decoded(raw: bytes) -> Kit:
    """Raises msgspec.DecodeError."""
    return _DECODER.decode(raw)


def _check(host: Host, stack: Stack, *, secrets: bool) -> None:
    """Raises UsageError for a host that is made here, and for credentials that may not travel."""
    if host.provider != "static":
        raise UsageError(
            f"--engine=dask: {host.name} is made on this machine ({host.provider}), which workers "
            "do not reach",
            resolution="leave --engine out, or name hosts that are there already",
        )
    if host.settings.mirror and "://" not in host.settings.mirror:
        raise UsageError(
            f"--engine=dask: {host.name}: workers do not have the folder of --set mirror",
            resolution="serve it (mirror.serve) and give its address",
        )
    if secrets:
        return
    held = secret_values({**host.raw_settings, "stack": {"env": dict(stack.env)}})
    if host.password or host.become_password or held:
        what = "a password" if host.password or host.become_password else "a secret in its settings"
        raise UsageError(
            f"--engine=dask:tls://…: {host.name} has {what}, and credentials do not travel through "
            "somebody's cluster",
            resolution="use keys that the workers have, or --engine=dask with --workers",
        )


def _files(endpoints: Iterable[Endpoint], *, keys: bool) -> dict[str, bytes]:
    """What is there of the files that these name, hops included."""
    named: set[str] = set()
    for endpoint in endpoints:
        for hop in hops(endpoint):
            named.update(hop.known_hosts, hop.keys if keys else ())
    return {name: content for name in sorted(named) if (content := _content(name)) is not None}


def _content(name: str) -> bytes | None:
    """None where it cannot be read: then the login says so, as it does without workers."""
    try:
        return Path(name).read_bytes() if Path(name).is_file() else None
    except OSError:
        return None


class Files:
    """A kit's files on a worker: in memory, under paths that only this process can open."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._places: dict[str, str] = {}
        self._known: dict[str, int] = {}  # files of hosts' keys, with their sizes as last seen
        self._lock = threading.Lock()

    def place(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint with its files, and its hops', where they are here."""
        return replace(
            endpoint,
            keys=self._keys(endpoint),
            known_hosts=tuple(map(self._hosts_file, endpoint.known_hosts)),
            use_agent=endpoint.use_agent and not self._kit.secrets,
            via=self.place(endpoint.via) if endpoint.via else None,
        )

    def added(self) -> dict[str, str]:
        """What logins have added to files of hosts' keys, since the last time: text by file."""
        found: dict[str, str] = {}
        with self._lock:
            for name, seen in self._known.items():
                content = Path(self._places[name]).read_bytes()
                self._known[name] = len(content)
                if content[seen:]:
                    found[name] = content[seen:].decode()
        return found

    def named(self, text: str) -> str:
        """A text of JSON in which every place is the file's own name again."""
        real = {place: name for name, place in self._places.items()}
        return _PLACE.sub(lambda found: json.dumps(real.get(found[0], found[0]))[1:-1], text)

    def _keys(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Without credentials in the kit: the worker's own."""
        if not self._kit.secrets:
            own = endpoint.keys if endpoint.named_keys else ssh_config.DEFAULT_KEYS
            return tuple(str(Path(name).expanduser()) for name in own)
        there = [self._place(name) for name in endpoint.keys if name in self._kit.files]
        return tuple(there) or endpoint.keys

    def _hosts_file(self, name: str) -> str:
        self._known.setdefault(name, len(self._kit.files.get(name, b"")))
        return self._place(name)

    def _place(self, name: str) -> str:
        if name not in self._places:
            self._places[name] = in_memory(self._kit.files.get(name, b""))
        return self._places[name]


def in_memory(content: bytes) -> str:
    """A path of a file that is on no disk; it lasts as long as this process."""
    handle = os.memfd_create("onramp")
    with open(handle, "wb", closefd=False) as file:
        file.write(content)
    return f"/proc/self/fd/{handle}"
