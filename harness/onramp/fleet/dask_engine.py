"""The pool's contract over Dask: every host has its `end` when `run_all` returns.

One loop: what workers said is written down and answered, ended tasks are settled, and nothing else
decides anything. A task whose worker died gives back the hosts that were not begun; those that were
are interrupted, with all that was seen of them.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from typing import Any, Final

from distributed import Future
from distributed.scheduler import KilledWorker

from onramp.evidence import events
from onramp.fleet import dask_parts
from onramp.fleet.cluster import Cluster
from onramp.fleet.journal import Journal
from onramp.fleet.kit import encoded
from onramp.fleet.known_hosts import Remembering
from onramp.fleet.mail import GONE, Mail
from onramp.fleet.messages import Answer
from onramp.fleet.shard_task import run_shard
from onramp.fleet.shards import Ledger, sharded
from onramp.model.run import HostStatus
from onramp.pipeline import lease
from onramp.pipeline.host_run import introduce
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.pool import GRACE_S, interruptible
from onramp.pipeline.run_session import RunSession
from onramp.text.masking import masker_of

LOOK_S: Final = 0.1  # how often tasks are looked at while nobody says anything
Outcome = BaseException | None


def run_all(cluster: Cluster, run: RunSession, hosts: Sequence[HostSession]) -> None:
    """Every host through the pipeline, on workers. Returns when all are done.

    Raises KeyboardInterrupt again once every host has its `end` event; AtOnce after a second one.
    """
    ended = _aside(_Work(cluster, run, hosts).perform)
    with interruptible(run, hosts, lambda: _until(ended)):
        failure = ended.get()
    if failure:
        raise failure


def _until(ended: queue.SimpleQueue[Outcome]) -> None:
    """Gives hosts the time to say how far they came."""
    with suppress(queue.Empty):
        ended.get(timeout=GRACE_S + 1)


def _aside(work: Callable[[], None]) -> queue.SimpleQueue[Outcome]:
    """Done in a thread that holds up no end of the process; gives how it ended."""
    ended: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def perform() -> None:
        try:
            work()
        except BaseException as error:
            ended.put(error)
        else:
            ended.put(None)

    threading.Thread(target=perform, daemon=True).start()
    return ended


class _Work:
    """A run's shards, from the first one given out to the last end."""

    def __init__(self, cluster: Cluster, run: RunSession, hosts: Sequence[HostSession]) -> None:
        self._cluster, self._run = cluster, run
        self._hosts = {one.host.name: one for one in hosts}
        self._ledger = Ledger(self._hosts)
        self._journal = Journal(
            hosts,
            self._ledger,
            masker=masker_of(run.options.hosts, run.options.stack.env),
            ended=HostSession.reported,
            accepted=Remembering(cluster.kit.endpoints.values()).keep,
        )
        self._lease = lease.owner(hosts[0].evidence.path.parents[1]) if hosts else ""
        self._kit = encoded(cluster.kit) if cluster.brings_kit else None
        self._futures: dict[int, Future[None]] = {}
        self._mail = Mail(cluster.client)
        self._interrupted_s = 0.0

    def perform(self) -> None:
        with closing(self._mail):
            try:
                with dask_parts.reaching(self._cluster.client):
                    self._work()
            except GONE:
                self._abandon("the scheduler is gone")

    def _work(self) -> None:
        for shard in sharded(list(self._hosts), self._cluster.workers):
            self._give(shard)
        while not self._over():
            self._look()

    def _give(self, names: Sequence[str]) -> None:
        attempt = self._ledger.give(names)
        logs = {name: self._hosts[name].evidence.logs for name in names}
        self._futures[attempt] = self._cluster.client.submit(
            run_shard, self._mail.name, attempt, logs, self._lease, self._kit,
            key=f"onramp_shard-{self._mail.name}-{attempt}", pure=False, retries=0,
        )  # fmt: skip

    def _over(self) -> bool:
        """All ended, tasks too; after Ctrl-C: all that were begun, or the time is up."""
        if not self._run.cancel.is_set():
            return not self._ledger.open and not self._futures
        if not self._interrupted_s:
            self._interrupted_s = time.monotonic()
            self._interrupt()
        late = time.monotonic() - self._interrupted_s > GRACE_S
        return late or not self._ledger.at_work

    def _look(self) -> None:
        """What has happened, in this order: of a task that has ended all was said before."""
        over = self._cluster.why_over()
        ended = [number for number, one in self._futures.items() if one.status != "pending"]
        self._answer(self._mail.batches(LOOK_S))
        for number in ended:
            self._settle(number)
        if over:
            self._abandon(over)

    def _answer(self, batches: Iterable[Any]) -> None:
        answers = {batch.execution: self._journal.keep(batch) for batch in batches}
        for execution, answer in answers.items():
            self._mail.answer(execution, self._stopped(answer))

    def _stopped(self, answer: Answer) -> Answer:
        """After Ctrl-C also a task that only begins now is told."""
        interrupted = self._run.cancel.is_set() and not answer.stop
        return Answer(answer.number, stop="interrupted") if interrupted else answer

    def _interrupt(self) -> None:
        for execution in self._ledger.executions:
            self._mail.answer(execution, Answer(stop="interrupted"))

    def _settle(self, number: int) -> None:
        """A task has ended; hosts of it without an end have lost their worker."""
        future, (execution, worker) = self._futures.pop(number), self._ledger.performer(number)
        error = future.exception() if future.status == "error" else None
        future.release()
        begun, others = self._ledger.give_up(number)
        self._mail.forget(execution)
        if self._run.cancel.is_set():
            return
        if error is not None and not isinstance(error, KilledWorker):
            self._broken([*begun, *others], error)
            return
        self._lost(begun, self._words(worker))
        if others:
            self._give(others)

    def _words(self, worker: str) -> str:
        said = self._cluster.said(worker)
        return f"worker {worker or 'unknown'} was lost" + (f" ({said})" if said else "")

    def _lost(self, begun: Iterable[str], why: str) -> None:
        for name in begun:
            self._end(name, f"{why} while this host was worked on; what it had begun may be half "
                      "done there, or still go on", "interrupted")  # fmt: skip

    def _abandon(self, why: str) -> None:
        """Nothing can go on."""
        self._run.notes.append(f"{why}: --resume goes on with the hosts that have not ended")
        for number in list(self._futures):
            self._futures.pop(number)
            begun, _ = self._ledger.give_up(number)
            self._lost(begun, why)
        for name in sorted(self._ledger.open):
            self._end(name, f"{why}: this host was not begun", "interrupted")

    def _broken(self, names: Iterable[str], error: BaseException) -> None:
        """A defect of ours, or a worker that cannot work: trying again would not help."""
        for name in names:
            self._end(
                name, f"the worker could not go on: {type(error).__name__}: {error}", "failed"
            )

    def _end(self, name: str, why: str, status: HostStatus) -> None:
        session = self._hosts[name]
        self._journal.torn(name)
        self._ledger.end(name)
        if session.evidence.status is not None:
            return
        if not session.evidence.count:
            introduce(session)
        session.note(why)
        session.evidence.append(events.End(status=status))
        session.reported()
