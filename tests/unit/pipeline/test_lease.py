"""One run at a time changes a host: real shells, on a link of their own."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from onramp.errors import HarnessError
from onramp.evidence.host_evidence import HostEvidence
from onramp.model.action import Command, Outcome
from onramp.model.host import Host
from onramp.model.stack import Stack
from onramp.pipeline import lease
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.text.masking import Masker


class Shell:
    """This machine in a host's place."""

    def __init__(self) -> None:
        self.cancel = threading.Event()

    def run(self, command: Command) -> Outcome:
        if self.cancel.is_set():
            return Outcome(command.shown, None, cut="cancelled")
        done = subprocess.run(["sh", "-c", command.script], capture_output=True, text=True)
        return Outcome(command.shown, done.returncode, done.stdout, done.stderr)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "lease"
    monkeypatch.setattr(lease, "PLACE", str(found))
    return found


def session(run_id: str, folder: Path) -> HostSession:
    options = RunOptions("provision", Stack("empty", "", {}), (Host("h", ""),))
    made = HostSession(
        replace(RunSession(options, {}, {}), lease=run_id),
        options.hosts[0],
        HostEvidence("h", folder, masker=Masker()),
    )
    made.opened = Shell()  # type: ignore[assignment]
    return made


def test_a_second_run_meets_the_first_and_stops(tmp_path: Path, place: Path) -> None:
    first, second = session("one", tmp_path), session("two", tmp_path)
    lease.hold(first)
    with pytest.raises(
        HarnessError, match=r"h: another run is at work there: one for another 1[78]"
    ):
        lease.hold(second)
    lease.let_go(second)
    assert place.is_symlink()
    lease.hold(first)
    lease.let_go(first)
    assert not place.is_symlink()
    lease.hold(second)


def uptime_s() -> int:
    return int(float(Path("/proc/uptime").read_text().split()[0]))


@pytest.mark.parametrize("left_s", [-1, 10 * lease.LASTS_S])
def test_what_has_run_out_is_nobodys(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, left_s: int
) -> None:
    monkeypatch.setattr(lease, "LASTS_S", 1)  # a boot is longer ago
    place.symlink_to(f"one:{uptime_s() + left_s}")
    lease.hold(session("two", tmp_path))
    assert str(place.readlink()).startswith("two:")


def test_one_from_before_a_boot_holds_for_half_an_hour_after_it(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LASTS_S", uptime_s() + 60)
    place.symlink_to(f"one:{10 * uptime_s() + 1000}")
    with pytest.raises(HarnessError, match=r"one for another (59|60|[45]\d) s"):
        lease.hold(session("two", tmp_path))


def test_an_interrupted_run_gives_it_back(tmp_path: Path, place: Path) -> None:
    mine = session("one", tmp_path)
    lease.hold(mine)
    mine.connection.cancel.set()
    lease.let_go(mine)
    assert not place.is_symlink()


@pytest.mark.parametrize("run_id", ["one", ""])
def test_a_host_that_keeps_none_is_worked_on(tmp_path: Path, place: Path, run_id: str) -> None:
    place.mkdir()
    lease.hold(session(run_id, tmp_path))


def test_runs_of_one_second_are_not_each_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "runs" / "20261130T020000Z"
    mine = lease.owner(run)
    assert mine.startswith("20261130T020000Z-")
    assert lease.owner(tmp_path / "elsewhere" / ".." / "runs" / run.name) == mine
    assert lease.owner(tmp_path / "elsewhere" / run.name) != mine
    monkeypatch.setattr("socket.gethostname", lambda: "another")
    assert lease.owner(run) != mine
