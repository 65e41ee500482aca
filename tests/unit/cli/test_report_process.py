"""The process that makes hosts' reports: what it makes, and what becomes of its work if it dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from example_runs import end, host, set_up
from onramp.cli.host_reports import FEW, HostReports
from onramp.cli.report_process import report_process
from onramp.evidence import events
from onramp.evidence.host_evidence import HostEvidence
from onramp.pains import catalogue
from onramp.reports.build import gathered
from onramp.text.masking import Masker


def folders(where: Path, count: int) -> list[Path]:
    """Hosts that are done, and of which nothing is reported yet."""
    made = [where / f"h{number}" for number in range(count)]
    for folder in made:
        folder.mkdir()
        lines = [host(folder.name), *set_up(), end("passed")]
        (folder / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    return made


def the_process() -> int:
    [child] = multiprocessing.active_children()
    assert child.pid
    return child.pid


def test_reports_are_made_in_order_and_what_is_queued_can_be_taken_back(tmp_path: Path) -> None:
    first, *others, last = folders(tmp_path, 8)
    with report_process() as process:
        begun = [process.begin(folder) for folder in (first, *others, last)]
        assert begun[-1].cancel()
        made = [future.result() for future in begun[:-1]]
    assert [report.run.name for report, _ in made] == [one.name for one in (first, *others)]
    assert all((folder / "report.html").exists() for folder in (first, *others))
    assert not (last / "report.html").exists()
    assert not multiprocessing.active_children()


def test_one_that_dies_says_so_of_each_host_and_holds_nobody_up(tmp_path: Path) -> None:
    [folder] = folders(tmp_path, 1)
    with report_process() as process:
        os.kill(the_process(), signal.SIGKILL)
        begun = [process.begin(folder) for _ in range(3)]
        for future in begun:
            with pytest.raises(BrokenExecutor, match="gone"):
                future.result(10)


def test_what_fails_there_is_left_to_whoever_asked(tmp_path: Path) -> None:
    """Here it fails again, and can be told."""
    [folder] = folders(tmp_path, 1)
    with report_process() as process:
        with pytest.raises(BrokenExecutor, match="nowhere"):
            process.begin(tmp_path / "nowhere").result(30)
        assert process.begin(folder).result(30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_outlives_what_a_terminal_sends_to_all(number: signal.Signals, tmp_path: Path) -> None:
    [folder] = folders(tmp_path, 1)
    with report_process() as process:
        process.begin(folder).result(30)
        os.kill(the_process(), number)
        assert process.begin(folder).result(30)


def test_the_runs_own_reports_are_made_there_where_hosts_are_few(tmp_path: Path) -> None:
    folder, other = folders(tmp_path, 2)
    with report_process() as process:
        few, many = (HostReports(process, hosts=count) for count in (FEW, FEW + 1))
        report, _ = process.begin(folder).result(30)
        run = gathered(
            [report], id="r", command="c", started="2026-01-01T00:00:00.000Z", seconds=1.0,
            fail_on=None, catalogue=catalogue(),
        )  # fmt: skip
        assert few.write_run(run, tmp_path) == ()
        assert many.write_run(run, other) is None
    assert "h0" in (tmp_path / "summary.md").read_text()
    assert not (other / "summary.md").exists()


def test_one_that_nobody_asked_is_not_waited_for() -> None:
    began = time.monotonic()
    with report_process():
        pass
    assert time.monotonic() - began < 2
    assert not multiprocessing.active_children()


def test_a_host_that_had_more_events_is_reported_on_anew(tmp_path: Path) -> None:
    [folder] = folders(tmp_path, 1)
    evidence = HostEvidence("h0", folder, masker=Masker())
    evidence.go_on()
    with report_process() as process:
        begun = HostReports(process, hosts=1)
        begun.begin(evidence)
        begun.begin(evidence)
        assert begun.of(evidence)
        begun.begin(evidence)
        evidence.append(events.Note(text="more"))
        assert begun.of(evidence) is None


def test_what_cannot_be_sent_is_left_to_whoever_asked(tmp_path: Path) -> None:
    with report_process() as process:
        with pytest.raises(BrokenExecutor, match="not understood"):
            process.write_run(lambda: None, tmp_path).result(30)  # type: ignore[arg-type]
        with pytest.raises(BrokenExecutor, match="gone"):
            process.begin(tmp_path).result(30)


def test_leaving_in_a_hurry_waits_for_no_report(tmp_path: Path) -> None:
    made = folders(tmp_path, 60)
    with pytest.raises(KeyboardInterrupt), report_process() as process:  # noqa: PT012
        process.begin(made[0]).result(30)
        begun = [process.begin(folder) for folder in made]
        left = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - left < 2
    assert all(one.done() for one in begun)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_its_first_moment_is_ignored(
    number: signal.Signals, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    [folder] = folders(tmp_path, 1)
    with report_process() as process:
        os.kill(the_process(), number)
        assert process.begin(folder).result(30)
    assert capfd.readouterr().err == ""
