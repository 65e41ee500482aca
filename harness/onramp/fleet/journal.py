"""What workers say, written down on the controller: the only truth of a run.

An answer goes out when all of a batch is on disk. Of an execution that was given up, and of a host
that is another's, nothing is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onramp.evidence.events import KINDS
from onramp.fleet.messages import Answer, Batch, EventLine, KnownHosts, LogPiece, Said
from onramp.fleet.shards import Ledger
from onramp.fleet.streamed_evidence import begins_step
from onramp.pipeline.host_session import HostSession
from onramp.text.masking import Masker


class Journal:
    """`ended` is called with each host whose last event is written."""

    def __init__(
        self,
        hosts: Sequence[HostSession],
        ledger: Ledger,
        *,
        masker: Masker,
        ended: Callable[[HostSession], None],
        accepted: Callable[[KnownHosts], None],
    ) -> None:
        self._hosts: Mapping[str, HostSession] = {one.host.name: one for one in hosts}
        self._ledger, self._masker = ledger, masker
        self._ended, self._accepted = ended, accepted
        self._parts: dict[tuple[str, str], list[str]] = {}  # of logs that are not whole yet

    def keep(self, batch: Batch) -> Answer:
        """All of it on disk, or refused."""
        if not self._ledger.claim(batch.attempt, batch.execution, batch.worker):
            return Answer(stop="refused")
        for said in batch.said:
            self._keep(batch, said)
        return Answer(batch.number)

    def torn(self, host: str) -> None:
        """Keeps what came of logs whose end does not come any more."""
        for of, name in [key for key in self._parts if key[0] == host]:
            self._store(of, name)

    def _keep(self, batch: Batch, said: Said) -> None:
        if isinstance(said, KnownHosts):
            self._accepted(said)
        elif self._ledger.takes(batch.attempt, batch.execution, said.host):
            if isinstance(said, EventLine):
                self._event(said)
            else:
                self._log(said)

    def _event(self, said: EventLine) -> None:
        kind = said.event.get("event")
        if kind not in KINDS:
            return
        session = self._hosts[said.host]
        session.evidence.write({name: value for name, value in said.event.items() if name != "t"})
        if begins_step(said.event):
            self._ledger.begin(said.host)
        if kind == "end":
            self._ledger.end(said.host)
            self._ended(session)

    def _log(self, said: LogPiece) -> None:
        self._parts.setdefault((said.host, said.name), []).append(said.text)
        if said.last:
            self._store(said.host, said.name)

    def _store(self, host: str, name: str) -> None:
        text = "".join(self._parts.pop((host, name)))
        self._hosts[host].evidence.keep_log(name, self._masker.mask(text))
