"""Dask for a run: a scheduler of its own with workers it starts, or somebody's cluster."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from distributed import Client
from distributed.utils import LoopRunner
from msgspec import Struct

from onramp.errors import UsageError
from onramp.fleet import dask_parts
from onramp.fleet.authority import Authority
from onramp.fleet.kit import AT_ONCE, Kit
from onramp.fleet.likeness import difference, likeness, likeness_line
from onramp.fleet.worker import local_address
from onramp.fleet.worker_process import Place, WorkerProcess, started
from onramp.fleet.worker_start import Start, start_line

JOIN_S: Final = 30.0
REACH_S: Final = 10.0
NO_WORKER_S: Final = 60.0  # somebody's cluster may lose its last worker and get another


class Cluster(Struct, frozen=True):
    """`brings_kit`: it goes with each task, as workers did not get theirs otherwise.

    `why_over` is empty while work can go on; `said` is what a worker's process said last.
    """

    client: Client
    workers: int
    kit: Kit
    brings_kit: bool
    why_over: Callable[[], str]
    said: Callable[[str], str] = lambda worker: ""


@contextmanager
def own(kit: Kit, places: Sequence[Place], *, listen: str = "", port: int = 0) -> Iterator[Cluster]:
    """A scheduler in this process and workers where `places` says.

    `listen` is its address; without one the address that reaches the first worker. Raises
    UsageError where a worker cannot be started or is not like the controller.
    """
    dask_parts.settled()
    run = secrets.token_hex(4)
    authority = Authority(run)
    with ExitStack() as resources:
        address = listen or _address_towards(places[0])
        loop, url = _scheduler(resources, authority, address, port)
        line = likeness_line(likeness())

        def told(place: Place) -> bytes:
            identity = authority.identity(f"worker {place.name}")
            return line + start_line(Start(place.name, url, AT_ONCE, identity, kit))

        processes = _started(resources, places, told)
        security = dask_parts.security(authority.identity("controller"))
        client = resources.enter_context(_client(url, security, loop))
        client.wait_for_workers(len(places), timeout=JOIN_S)
        by_name = {one.name: one for one in processes}
        yield Cluster(
            client,
            len(places),
            kit,
            False,
            lambda: "" if any(one.alive for one in processes) else "no worker is left",
            lambda name: by_name[name].last_words if name in by_name else "",
        )


@contextmanager
def somebodys(kit: Kit, url: str) -> Iterator[Cluster]:
    """A cluster that is there, by its `tls://` address and the user's own files for it.

    Raises UsageError where it is not reached, or its workers are not like the controller.
    """
    dask_parts.silent()
    try:
        client = Client(url, timeout=REACH_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"--engine=dask:{url}: not reached", str(error),
            "see that distributed.comm.tls in Dask's configuration names your files",
        ) from None  # fmt: skip
    with client:
        _check_likeness(client, url)
        workers = _count(client)
        yield Cluster(client, workers, kit, True, _Watch(client).why_over)


def _address_towards(place: Place) -> str:
    if place.host is None:
        return "127.0.0.1"
    try:
        return local_address(place.host.address, place.host.port)
    except OSError as error:
        raise UsageError(
            f"--workers: {place.name}: no way there",
            str(error),
            "give our address with --scheduler",
        ) from None


def _scheduler(
    resources: ExitStack, authority: Authority, address: str, port: int
) -> tuple[Any, str]:
    """Its event loop and its address; it ends with `resources`. Raises UsageError."""
    runner = LoopRunner(asynchronous=False)
    runner.start()
    resources.callback(runner.stop)
    security = dask_parts.security(authority.identity("scheduler"))

    async def start() -> dask_parts.QuietScheduler:
        scheduler = dask_parts.QuietScheduler(
            host=address, port=port, protocol="tls", security=security, dashboard=False
        )
        await scheduler
        return scheduler

    try:
        scheduler = runner.run_sync(start)
    except (OSError, RuntimeError) as error:
        raise UsageError(
            f"--scheduler: nothing can listen at {address}", str(error.__cause__ or error)
        ) from None
    resources.callback(runner.run_sync, scheduler.close)
    return runner.loop, scheduler.address


def _started(
    resources: ExitStack, places: Sequence[Place], told: Callable[[Place], bytes]
) -> list[WorkerProcess]:
    """All at once. Raises UsageError of the first that does not come up."""

    def start(place: Place) -> WorkerProcess:
        process = started(place)
        resources.callback(process.close)
        process.begin(told(place))
        return process

    with ThreadPoolExecutor(len(places)) as pool:
        return [future.result() for future in [pool.submit(start, place) for place in places]]


@contextmanager
def _client(url: str, security: Any, loop: Any) -> Iterator[Client]:
    client = Client(url, security=security, loop=loop, set_as_default=False)
    try:
        yield client
    finally:
        client.close()


def _count(client: Client) -> int:
    return len(client.scheduler_info(n_workers=-1)["workers"])


def _check_likeness(client: Client, url: str) -> None:
    """Raises UsageError."""
    try:
        client.wait_for_workers(1, timeout=REACH_S)
        found: dict[str, Any] = client.run(likeness, on_error="return")
    except (OSError, ValueError) as error:
        raise UsageError(f"--engine=dask:{url}: no worker answers", str(error)) from None
    here = likeness()
    for worker, there in found.items():
        if isinstance(there, BaseException):
            raise UsageError(
                f"--engine=dask:{url}: worker {worker} has no Onramp with its extra", str(there)
            )
        if different := difference(here, there):
            raise UsageError(f"--engine=dask:{url}: worker {worker} refused: {different}")


class _Watch:
    """Whether somebody's cluster can go on: it may be without a worker for a minute."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._seen = self._asked = time.monotonic()

    def why_over(self) -> str:
        if self._client.status != "running":
            return "the scheduler is gone"
        now = time.monotonic()
        if now - self._asked > JOIN_S / 10:
            self._asked = now
            if _count(self._client):
                self._seen = now
        return "no worker is left" if now - self._seen > NO_WORKER_S else ""
