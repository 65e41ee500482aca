"""`python -m onramp.fleet.worker`: a worker of one run, told on standard input what it has to know.

Two lines of JSON: what the controller is like, then certificate and kit. Nothing of it is written
to a disk. It ends with its standard input, and so with its controller.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from onramp.fleet.likeness import difference, likeness

if TYPE_CHECKING:
    from onramp.fleet.worker_start import Start

MARK: Final = "onramp-worker:"
READY: Final = "ready"
IN_MEMORY: Final = Path("/dev/shm")


def main() -> int:
    """0 when its controller has ended; 3 where it is not like it, in one line."""
    here = likeness()
    controller: dict[str, str] = json.loads(sys.stdin.buffer.readline() or b"{}")
    if different := difference(controller, here):
        say(f"refused {different}")
        return 3
    from onramp.fleet.worker_start import read_start

    start = read_start(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    asyncio.run(_work(start))
    return 0


def say(words: str) -> None:
    print(f"{MARK} {words}", flush=True)


def _end_with_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


async def _work(start: Start) -> None:
    from onramp.fleet import dask_parts, shard_task

    dask_parts.settled()
    shard_task.equip(start.kit)
    work = tempfile.mkdtemp(prefix="onramp-worker-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
    worker: Any = dask_parts.QuietWorker(
        start.scheduler,
        name=start.name,
        nthreads=start.threads,
        host=address_towards(start.scheduler),
        protocol="tls",
        security=dask_parts.security(start.identity),
        memory_limit=0,
        local_directory=work,
        death_timeout=30,
    )
    async with worker:
        shutil.rmtree(work, ignore_errors=True)  # nothing is kept there; a kill leaves nothing
        say(READY)
        await worker.finished()


def address_towards(url: str) -> str:
    """Our address as `tls://address:port` sees it. Raises OSError."""
    host, _, port = url.rpartition("/")[2].rpartition(":")
    return local_address(host.strip("[]"), int(port))


def local_address(host: str, port: int) -> str:
    """Our address on the way to a host; nothing is sent. Raises OSError."""
    family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as asked:
        asked.connect(place)
        return str(asked.getsockname()[0])


if __name__ == "__main__":
    sys.exit(main())
