"""A Dask cluster that is somebody's, with TLS files of their own and Dask's own defaults."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dask
import pytest

from dask_cluster import Cluster
from mute import Mute
from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.evidence.stored_events import read_events
from onramp.fleet import cluster, dask_engine, kit
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pains import catalogue
from onramp.pipeline.host_session import HostSession, host_sessions
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers.static import StaticProvider

COUNT = 16


@pytest.fixture
def somebodys(tmp_path: Path) -> Iterator[Cluster]:
    # A client of another test that is found unused in a new event loop's own thread would wait
    # there for the lock of whoever starts that loop, who gives up after 10 s.
    gc.collect()
    (tmp_path / "dask").mkdir()
    made = Cluster(tmp_path / "dask")
    yield made
    made.stop()


def sessions(folder: Path, port: int) -> tuple[RunSession, list[HostSession]]:
    hosts = tuple(
        configured(
            Host(f"h{number}", "127.0.0.1", port, "u", known_hosts=str(folder / "known")),
            {"timeouts": {"wait": 1}},
            where="",
        )
        for number in range(COUNT)
    )
    options = RunOptions("doctor", Stack("empty", "", {}), hosts, folder, forks=4)
    run = RunSession(options, catalogue(), {"static": StaticProvider()})
    return run, host_sessions(run, options.run_directory())


def test_a_worker_that_dies_has_no_host_begun_twice(somebodys: Cluster, tmp_path: Path) -> None:
    """Its scheduler starts tasks of a dead worker again by itself: they are told no."""
    mute = Mute()
    run, hosts = sessions(tmp_path, mute.port)
    url = somebodys.url

    def killed() -> None:
        until = time.monotonic() + 60
        while len(mute.taken) < 8 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(somebodys.workers[0].pid, signal.SIGKILL)
        time.sleep(2)  # the scheduler has started its tasks again
        mute.close()

    thread = threading.Thread(target=killed)
    with dask.config.set(somebodys.config), ExitStack() as resources:
        packed = kit.packed(run.options, secrets=False)
        up = resources.enter_context(cluster.somebodys(packed, url))
        thread.start()
        dask_engine.run_all(up, run, hosts)
    thread.join()
    for host in hosts:
        events = read_events(host.evidence.path / "events.jsonl")
        assert [event["event"] for event in events].count("end") == 1
        begun = [e for e in events if e["event"] == "step" and e.get("state") == "started"]
        assert len(begun) == 1
    statuses = [host.evidence.status for host in hosts]
    assert statuses.count("interrupted") == 4
    assert statuses.count("unreachable") == COUNT - 4


def test_a_scheduler_that_goes_ends_the_run_and_is_told_once(
    somebodys: Cluster, tmp_path: Path
) -> None:
    mute = Mute()
    run, hosts = sessions(tmp_path, mute.port)

    def killed() -> None:
        until = time.monotonic() + 60
        while len(mute.taken) < 8 and time.monotonic() < until:
            time.sleep(0.05)
        somebodys.scheduler.kill()

    thread = threading.Thread(target=killed)
    with dask.config.set(somebodys.config), ExitStack() as resources:
        packed = kit.packed(run.options, secrets=False)
        up = resources.enter_context(cluster.somebodys(packed, somebodys.url))
        thread.start()
        dask_engine.run_all(up, run, hosts)
    thread.join()
    mute.close()
    assert {host.evidence.status for host in hosts} == {"interrupted"}
    assert run.notes == [
        "the scheduler is gone: --resume goes on with the hosts that have not ended"
    ]


def test_one_without_the_users_files_is_refused(somebodys: Cluster, tmp_path: Path) -> None:
    run, _ = sessions(tmp_path, 1)
    packed = kit.packed(run.options, secrets=False)
    with (
        pytest.raises(UsageError, match=r"--engine=dask:tls://127.0.0.1:\d+: not reached"),
        cluster.somebodys(packed, somebodys.url),
    ):
        pass


def test_one_whose_workers_have_no_onramp_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dask").mkdir()
    bare = Cluster(tmp_path / "dask", paths="")
    run, _ = sessions(tmp_path, 1)
    packed = kit.packed(run.options, secrets=False)
    try:
        with (
            dask.config.set(bare.config),
            pytest.raises(UsageError, match=r"has no Onramp with its extra.*onramp") as refused,
            cluster.somebodys(packed, bare.url),
        ):
            pass
    finally:
        bare.stop()
    assert "\n" not in str(refused.value)
