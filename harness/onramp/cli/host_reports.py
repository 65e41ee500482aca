"""Hosts' own reports, each begun as soon as its host is done: nothing waits for the slowest."""

from __future__ import annotations

import threading
import time
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onramp.cli.report_process import ReportProcess
from onramp.evidence.host_evidence import HostEvidence
from onramp.pains import catalogue

if TYPE_CHECKING:
    from onramp.model.run import RunReport
    from onramp.reports.finished import Reported

FEW: Final = 16  # hosts whose reports are sooner made than what renders them is loaded here, too


class HostReports:
    """What another process was asked for, by host. Of few, it makes them all, and the run's own."""

    def __init__(self, process: ReportProcess, *, hosts: int) -> None:
        self.few = hosts <= FEW
        self.began = time.monotonic()
        self._process = process
        self._begun: dict[str, tuple[int, Future[Reported]]] = {}  # by name, with its events' count

    def load(self) -> None:
        """What the rest of the run needs here: while hosts are waited for, not before or after."""
        threading.Thread(target=self._load, daemon=True).start()

    def _load(self) -> None:
        with suppress(Exception):  # what is not to be had is for whoever needs it to say
            catalogue()
            for name in ("run_reporter", "run_table"):
                import_module(f"onramp.cli.{name}")
            if not self.few:
                from onramp.reports import finished

                finished.load()

    def begin(self, evidence: HostEvidence) -> None:
        """One more host is done."""
        if evidence.faults:
            return  # what a full disk did not take is in this process alone
        with suppress(BrokenExecutor):
            self._begun[evidence.name] = evidence.count, self._process.begin(evidence.path)

    def of(self, evidence: HostEvidence) -> Reported | None:
        """Its report, where nothing has happened since; None where it is to be made here.

        Of many hosts' reports, those not begun yet are taken back: two make them sooner.
        """
        count, begun = self._begun.pop(evidence.name, (-1, None))
        old = count != evidence.count
        if begun is None or ((old or not self.few) and begun.cancel()):
            return None
        with suppress(BrokenExecutor):
            made = begun.result()  # also an old one: it must not be written after the new one
            return None if old else made
        return None

    def write_run(self, report: RunReport, folder: Path) -> tuple[str, ...] | None:
        """Writes the run's own reports; what went wrong. None where that is to be done here."""
        if self.few:
            with suppress(BrokenExecutor):
                return self._process.write_run(report, folder).result()
        return None
