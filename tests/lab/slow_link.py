"""A link that takes its time: what goes in comes out later, both ways, as over a long line.

A program of its own, so that it shares no event loop with the tests of a browser:
python slow_link.py HOST PORT SECONDS-ONE-WAY
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def slow_link(host: str, port: int, *, one_way_s: float) -> Iterator[int]:
    """Yields a port of this machine that leads there; a connection costs a round trip, too."""
    command = [sys.executable, __file__, host, str(port), str(one_way_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as link:
        assert link.stdout
        yield int(link.stdout.readline())
        link.kill()


async def _serve(host: str, port: int, one_way_s: float) -> None:
    async def carried(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * one_way_s)
        far_reader, far_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(
            _pumped(reader, far_writer, one_way_s),
            _pumped(far_reader, writer, one_way_s),
            return_exceptions=True,
        )

    server = await asyncio.start_server(carried, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _pumped(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float
) -> None:
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    delivery = asyncio.create_task(deliver())
    piece = b"-"
    while piece:
        piece = b""  # a connection that was reset stays so
        with contextlib.suppress(ConnectionError):
            piece = await reader.read(65536)
        pieces.put_nowait((loop.time() + delay_s, piece))
    await delivery


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
