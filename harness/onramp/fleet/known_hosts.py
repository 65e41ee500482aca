"""Host keys that logins on workers accepted, remembered where a login from here would have."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress

from onramp.fleet.messages import KnownHosts
from onramp.remote.ssh import host_keys
from onramp.remote.ssh.ssh_config import Endpoint


class Remembering:
    """Only into the files that logins of this run may write to."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._files = {hop.known_hosts[0] for one in endpoints for hop in hops(one)}

    def keep(self, added: KnownHosts) -> None:
        """What cannot be read or written is left out: the key is asked about again."""
        if added.file not in self._files:
            return
        for line in added.lines.splitlines():
            with suppress(OSError, ValueError, binascii.Error):
                name, kind, blob = line.split()
                key = host_keys.Key(kind, base64.b64decode(blob, validate=True))
                host_keys.append(added.file, name, key)


def hops(endpoint: Endpoint) -> list[Endpoint]:
    """It and all that lead to it."""
    return [endpoint, *(hops(endpoint.via) if endpoint.via else [])]
