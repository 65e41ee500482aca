"""No link leads out of a run's folder: what would is neither read nor written."""

import os
from pathlib import Path

import pytest

from onramp.evidence.own_files import lies_within, own_file


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run's folder with one log, and beside it what is nobody's business."""
    (tmp_path / "run/logs").mkdir(parents=True)
    (tmp_path / "run/logs/0001.log").write_text("ours")
    (tmp_path / "run-2").mkdir()
    (tmp_path / "run-2/secret").write_text("theirs")
    (tmp_path / "secret").write_text("theirs")
    return tmp_path / "run"


def test_an_own_file_is_found_by_its_name(run: Path) -> None:
    found = own_file(run, "logs/0001.log")
    assert found is not None
    assert found.read_text() == "ours"


@pytest.mark.parametrize(
    "name",
    ["../secret", "logs/../../secret", "../run-2/secret", "/etc/hostname", "logs/none/../.."],
)
def test_no_name_leads_out(run: Path, name: str) -> None:
    assert own_file(run, name) is None


def test_a_name_that_steps_back_and_stays_within_is_own(run: Path) -> None:
    assert own_file(run, "logs/../logs/0001.log") is not None


@pytest.mark.parametrize("target", ["../../secret", "{away}/secret", "/etc/hostname"])
def test_a_link_out_is_no_own_file(run: Path, target: str) -> None:
    (run / "logs/link.log").symlink_to(target.format(away=run.parent))
    assert own_file(run, "logs/link.log") is None
    assert not lies_within(run / "logs/link.log", run)


def test_a_chain_of_links_counts_by_its_end(run: Path) -> None:
    (run / "logs/first").symlink_to("second")
    (run / "logs/second").symlink_to("../../secret")
    assert own_file(run, "logs/first") is None
    (run / "logs/third").symlink_to("0001.log")
    assert own_file(run, "logs/third") is not None


def test_nothing_below_a_linked_folder_is_own(run: Path) -> None:
    (run / "hosts").symlink_to(run.parent / "run-2")
    assert own_file(run, "hosts/secret") is None
    assert not lies_within(run / "hosts/yet-to-be-written", run)


def test_a_step_back_out_of_a_linked_folder_is_one_from_where_it_leads(run: Path) -> None:
    """`hosts/..` is not the run when hosts is a link; a shortened path would say it is."""
    (run / "hosts").symlink_to(run.parent / "run-2")
    (run / "secret").write_text("ours")
    assert own_file(run, "hosts/../secret") is None


def test_a_dangling_link_is_judged_by_where_it_points(run: Path) -> None:
    (run / "inward").symlink_to("logs/later.log")
    (run / "outward").symlink_to("../later.log")
    assert lies_within(run / "inward", run)
    assert not lies_within(run / "outward", run)
    assert own_file(run, "inward") is None
    assert own_file(run, "outward") is None


def test_what_is_yet_to_be_written_lies_within(run: Path) -> None:
    assert lies_within(run / "reviews/new.yml", run)
    assert lies_within(run, run)
    assert not lies_within(run.parent, run)


def test_a_name_that_only_begins_alike_is_another_folder(run: Path) -> None:
    assert not lies_within(run.parent / "run-2/secret", run)


def test_links_in_a_circle_and_impossible_names_are_not_within(run: Path) -> None:
    (run / "a").symlink_to("b")
    (run / "b").symlink_to("a")
    assert not lies_within(run / "a", run)
    assert own_file(run, "a") is None
    assert own_file(run, "a/b") is None
    assert own_file(run, "lo\0gs") is None
    assert not lies_within(run / "lo\0gs", run)


def test_what_could_be_waited_for_is_no_file(run: Path) -> None:
    os.mkfifo(run / "logs/pipe.log")
    assert own_file(run, "logs/pipe.log") is None
    assert own_file(run, "logs") is None
    assert own_file(run, "") is None


def test_the_folder_itself_may_be_reached_by_a_link(run: Path) -> None:
    """`runs/latest` is one."""
    (run.parent / "latest").symlink_to("run")
    assert own_file(run.parent / "latest", "logs/0001.log") is not None
    assert lies_within(run / "logs", run.parent / "latest")
    assert own_file(Path("/"), "etc/hostname") is not None
