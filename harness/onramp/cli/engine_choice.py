"""`--engine`: what takes the hosts through the pipeline, and where its workers are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from onramp.cli import flags
from onramp.cli.run_options import worker_hosts
from onramp.config import addresses
from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.pipeline import pool
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession

if TYPE_CHECKING:
    from onramp.fleet.worker_process import Place

RunAll = Callable[[RunSession, Sequence[HostSession]], None]
HERE: Final = "localhost"  # a worker that is a process of this machine
_SOMEBODYS: Final = re.compile(r"dask:(tls://[^\s/@]+:\d{1,5})/?")


class EngineChoice(Struct, frozen=True):
    """`url` is somebody's scheduler; `workers` are words, one a worker of the run's own.

    Without either, this process does it all.
    """

    url: str = ""
    workers: tuple[str, ...] = ()
    python: str = ""
    listen: str = ""
    port: int = 0


def chosen(given: SimpleNamespace) -> EngineChoice:
    """What the flags say. Raises UsageError."""
    flag = vars(given).get
    engine = flag("engine") or "local"
    words = flags.listed(flag("workers"))
    if engine != "dask":
        _check_alone(engine, given)
        return EngineChoice() if engine == "local" else EngineChoice(_url(engine))
    if not words:
        raise UsageError(
            "--engine=dask: no workers", resolution="--workers=host,host (or --workers=localhost)"
        )
    listen, port = _listen(flag("scheduler"))
    return EngineChoice("", words, flag("worker_python") or "", listen, port)


def started(
    choice: EngineChoice, given: SimpleNamespace, options: RunOptions, resources: ExitStack
) -> RunAll:
    """The engine, with its workers up until `resources` end. Raises UsageError."""
    if not choice.url and not choice.workers:
        return pool.run_all
    from onramp import fleet

    fleet.require()
    from onramp.fleet import cluster, dask_engine, kit

    packed = kit.packed(options, secrets=not choice.url)
    if choice.url:
        up = resources.enter_context(cluster.somebodys(packed, choice.url))
    else:
        places = _places(choice, given)
        own = cluster.own(packed, places, listen=choice.listen, port=choice.port)
        up = resources.enter_context(own)
    return partial(dask_engine.run_all, up)


def _check_alone(engine: str, given: SimpleNamespace) -> None:
    for name in ("workers", "worker_python", "scheduler"):
        if vars(given).get(name):
            flag = name.replace("_", "-")
            raise UsageError(f"--{flag} goes with --engine=dask, and this is --engine={engine}")


def _url(engine: str) -> str:
    found = _SOMEBODYS.fullmatch(engine)
    if found:
        return found[1]
    if engine.startswith("dask:tcp://"):
        raise UsageError(
            f"--engine={engine}: that is not encrypted, and anybody may join",
            resolution="set the cluster up with TLS: --engine=dask:tls://HOST:PORT",
        )
    raise UsageError(
        f"--engine: found {quoted(engine)}, expected local, dask or dask:tls://HOST:PORT"
    )


def _listen(text: str | None) -> tuple[str, int]:
    if text is None:
        return "", 0
    try:
        target = addresses.target(text)
    except ValueError as error:
        raise UsageError(f"--scheduler: {error}") from None
    return target.address, target.port or 0


def _places(choice: EngineChoice, given: SimpleNamespace) -> list[Place]:
    """One a word, named apart. Raises UsageError."""
    from onramp.fleet.worker_process import Place

    found = [
        (host.name if host else HERE, host)
        for word in choice.workers
        for host in ((None,) if word == HERE else worker_hosts(given, word))
    ]
    seen: Counter[str] = Counter()
    places = []
    for name, host in found:
        seen[name] += 1
        numbered = f"{name}-{seen[name]}" if seen[name] > 1 else name
        places.append(Place(numbered, host, choice.python))
    return places
