"""What a worker is told when it starts. Secret: it goes over a pipe or SSH, and nowhere else."""

from __future__ import annotations

import msgspec

from onramp.fleet.authority import Identity
from onramp.fleet.kit import Kit


class Start(msgspec.Struct, frozen=True):
    """`scheduler` is `tls://address:port`; `threads` is shards at a time."""

    name: str
    scheduler: str
    threads: int
    identity: Identity
    kit: Kit


def start_line(start: Start) -> bytes:
    return msgspec.json.encode(start) + b"\n"


def read_start(line: bytes) -> Start:
    """Raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=Start)
