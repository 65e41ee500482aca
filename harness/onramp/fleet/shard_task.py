"""The task that Dask carries: some hosts through the pipeline, on a worker.

Runs on the worker. Which hosts, by name, is all that is in its arguments; the kit is the process's
own, or, on somebody's cluster, one without credentials that comes along.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache

from distributed import get_client, get_worker

from onramp.config import host_patterns
from onramp.fleet import kit as kits
from onramp.fleet.messages import KnownHosts
from onramp.fleet.streamed_evidence import StreamedEvidence
from onramp.fleet.uplink import Uplink
from onramp.pains import catalogue
from onramp.pipeline import pool
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunSession
from onramp.providers.static import StaticProvider
from onramp.text.masking import Masker, masker_of


class Bench:
    """What all shards of a run on a worker share."""

    def __init__(self, kit: kits.Kit) -> None:
        self.kit = kit
        self.hosts = {host.name: host for host in kit.hosts}
        self.masker: Masker = masker_of(kit.hosts, kit.stack.env)
        self.files = kits.Files(kit)
        self.endpoints = {
            name: self.files.place(endpoint) for name, endpoint in kit.endpoints.items()
        }


_OWN: list[Bench] = []  # of a worker of the run's own: one, from its start on


def equip(kit: kits.Kit) -> None:
    """This process works for one run."""
    _OWN.append(Bench(kit))


_unpacking = threading.Lock()  # two tasks of a run share what it brought


def _brought(raw: bytes) -> Bench:
    with _unpacking:
        return _unpacked(raw)


@lru_cache(maxsize=4)
def _unpacked(raw: bytes) -> Bench:
    return Bench(kits.decoded(raw))


def run_shard(
    mailbox: str, attempt: int, names: Mapping[str, int], lease: str, raw: bytes | None = None
) -> None:
    """`names` with how many logs each has already, of a run that broke off.

    Returns when all that was seen of these hosts is on the controller's disk, or not wanted."""
    bench = _OWN[0] if raw is None else _brought(raw)
    cancel = threading.Event()
    uplink = Uplink(
        get_client(),
        mailbox,
        attempt=attempt,
        worker=str(get_worker().name),
        cancel=cancel,
        named=bench.files.named,
    )
    with closing(uplink):
        if not uplink.settled():
            return
        run = RunSession(
            bench.kit.options([bench.hosts[name] for name in names]),
            catalogue(),
            {"static": StaticProvider()},
            lease=lease,
            cancel=cancel,
            endpoints=bench.endpoints,
        )
        pool.run_all(run, [_session(run, bench, *one, uplink) for one in names.items()])
        for file, lines in bench.files.added().items():
            uplink.send(KnownHosts(file, lines))


def _session(
    run: RunSession, bench: Bench, name: str, logs_before: int, uplink: Uplink
) -> HostSession:
    host = bench.hosts[name]
    spec = host_patterns.word(host)
    evidence = StreamedEvidence(
        name, masker=bench.masker, spec=spec, uplink=uplink, logs_before=logs_before
    )
    return HostSession(run, host, evidence)
