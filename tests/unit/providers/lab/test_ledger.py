"""The record of hosts: what is written is read, and a dead or half-made host is not a host."""

import os
from pathlib import Path

import pytest

from onramp.providers.lab import ledger, locks, processes
from onramp.providers.lab.lab_host import LabHost


def entry(pid: int) -> LabHost:
    return LabHost(
        "debian-12", "debian-12", "198.18.0.16", 22, "newcomer", Path("/k"), Path("/kh"), pid
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "hosts/debian-12"
    path.mkdir(parents=True)
    return path


def test_a_record_survives_being_written_and_read() -> None:
    assert ledger.from_json(ledger.to_json(entry(7), 99)) == (entry(7), 99)


def test_a_running_host_is_read_back(folder: Path) -> None:
    ledger.write(folder, entry(os.getpid()))
    assert ledger.read(folder) == entry(os.getpid())


def test_another_process_with_the_same_id_is_not_the_host(folder: Path) -> None:
    (folder / "host.json").write_text(ledger.to_json(entry(os.getpid()), started=1))
    assert ledger.read(folder) is None


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"name": "x", "started": 1}'])
def test_a_broken_record_is_a_dead_host(folder: Path, text: str) -> None:
    (folder / "host.json").write_text(text)
    assert ledger.read(folder) is None


def test_locks_are_not_taken_for_hosts(folder: Path) -> None:
    held = locks.try_lock(ledger.lock_of(folder))
    assert held is not None
    assert ledger.folders(folder.parent) == [folder]
    assert locks.try_lock(ledger.lock_of(folder)) is None
    locks.unlock(held)


def test_a_process_is_its_id_and_its_start() -> None:
    found = processes.find(os.getpid())
    assert found is not None
    assert found.alive()
    assert not processes.Process(os.getpid(), found.started + 1).alive()
    assert processes.find(2**22 + 1) is None


def test_a_host_booted_for_one_run_does_not_outlive_it(folder: Path) -> None:
    ledger.write(folder, entry(os.getpid()))
    assert ledger.owner_of(folder) is None
    ledger.own(folder)
    assert ledger.owner_of(folder) == processes.find(os.getpid())
    assert ledger.read(folder) == entry(os.getpid())
    (folder / "owner.json").write_text(f'{{"pid": {os.getpid()}, "started": 1}}')
    assert ledger.read(folder) is None
