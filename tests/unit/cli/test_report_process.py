"""The process that makes hosts' reports: what it makes, and what becomes of its work if it dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from example_runs import end, host, set_up
from onramp.cli.report_process import report_process


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
