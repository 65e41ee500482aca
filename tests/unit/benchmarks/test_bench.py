"""What the bench accepts as an answer, and how it does its sums; nothing is started but sh."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import contenders
import side_by_side
from contenders import Contender, Place
from onramp.model.host import Host
from onramp.text.json_text import indented

HOST = Host(
    "bench-12",
    "198.18.0.2",
    user="newcomer",
    private_key="/keys/id",
    known_hosts="/a b/known_hosts",
    raw_settings={"docker": {"method": "auto"}},
)
PYINFRA = "Operation Hosts Success Error No Change\n    Grand total   {}   {}   -   {}\n"
RECAP = "bench-12 : ok=5 changed={} unreachable=0    failed=0    skipped=0\n"


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (contenders.all_ready(3)("3 of 3 ready\n"), ""),
        (contenders.pyinfra_complaint(PYINFRA.format(9, "-", 9), 3), ""),
        (contenders.ansible_complaint(RECAP.format(0) * 3, 3), ""),
    ],
)
def test_who_found_everything_in_place_is_believed(complaint: str, said: str) -> None:
    assert complaint == said


@pytest.mark.parametrize(
    "complaint",
    [
        contenders.all_ready(3)("2 of 3 ready\n"),
        contenders.pyinfra_complaint(PYINFRA.format(9, "1", 8), 3),
        contenders.pyinfra_complaint("Traceback", 3),
        contenders.ansible_complaint(RECAP.format(0) * 2, 3),
        contenders.ansible_complaint(RECAP.format(0) * 2 + RECAP.format(1), 3),
    ],
)
def test_who_changed_or_missed_something_has_no_figure(complaint: str) -> None:
    assert complaint


def report(name: str, *steps: str, status: str = "passed") -> dict[str, object]:
    rows = [{"id": f"s{n}", "status": s, "commands": ["c"]} for n, s in enumerate(steps)]
    return {"host": {"name": name}, "status": status, "steps": rows}


def write(runs: Path, *reports: dict[str, object]) -> None:
    for number, one in enumerate(reports):
        path = runs / "latest/hosts" / str(number) / "report.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(one))


def test_onramp_is_held_to_its_own_reports(tmp_path: Path) -> None:
    write(tmp_path, report("a", "satisfied"), report("b", "satisfied", "changed"))
    assert contenders.unchanged(tmp_path, 2) == "b: passed, s1 changed"
    assert "2 reports of 3" in contenders.unchanged(tmp_path, 3)
    reports = contenders.latest_reports(tmp_path)
    assert contenders.changed_steps(reports) == 1
    assert contenders.commands_per_host(reports) == 2


def test_a_run_without_reports_is_no_good_run(tmp_path: Path) -> None:
    assert contenders.unchanged(tmp_path, 3)
    assert contenders.commands_per_host([]) is None


def test_one_inventory_serves_onramp_and_ansible() -> None:
    variables = contenders.inventory([HOST])["all"]["hosts"]["bench-12"]
    assert variables["ansible_host"] == "198.18.0.2"
    assert "-o 'UserKnownHostsFile=/a b/known_hosts'" in variables["ansible_ssh_common_args"]
    assert variables["onramp"] == {"docker": {"method": "auto"}}


def shell(name: str, script: str) -> Contender:
    return Contender(name, name, ["sh", "-c", script], contenders.all_ready(1))


def test_rounds_are_interleaved_and_the_first_is_not_counted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    both = [shell(name, f"printf {name} >>{log}; echo 1 of 1 ready") for name in "ab"]
    times = side_by_side.measured(both, 2)
    assert log.read_text() == "ababab"
    assert {name: len(taken) for name, taken in times.seconds.items()} == {"a": 2, "b": 2}
    assert times.median("a") is not None


def test_who_fails_is_named_with_its_words_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = shell("good", "echo 1 of 1 ready")
    missing = Contender("missing", "missing", ["/nowhere/pyinfra"], contenders.all_ready(1))
    times = side_by_side.measured([good, shell("bad", "echo no route >&2; exit 4"), missing], 1)
    assert times.median("bad") is None
    assert times.median("missing") is None
    assert times.median("good") is not None
    assert "exit code 4" in times.complaints["bad"]
    assert "no route" in capsys.readouterr().err


def measured(**seconds: float) -> side_by_side.Times:
    return side_by_side.Times({name: [taken] for name, taken in seconds.items()})


def test_the_summary_keeps_the_contract_and_a_missing_peer_is_null() -> None:
    times = measured(onramp=1.0, fabric=0.8, pyinfra=1.0, ansible=10.0, ssh=0.5)
    times.complaints["ansible"] = "not installed"
    listing = measured(onramp=0.2, bare_invoke=0.1)
    found = side_by_side.summary(times, listing, [report("a", "satisfied")], 5)
    result = json.loads(indented(found))
    assert result["provision_again"] == {
        "onramp_s": 1.0, "fabric_s": 0.8, "pyinfra_s": 1.0, "ansible_s": None, "ssh_s": 0.5
    }  # fmt: skip
    assert result["list"] == {"onramp_s": 0.2, "bare_invoke_s": 0.1}
    assert {bar["name"]: bar["held"] for bar in result["bars"]} == {
        "fabric_ratio": True,
        "pyinfra_ratio": False,
        "ansible_ratio": None,
        "remote_commands_per_host": True,
        "list_ratio": False,
    }
    text = side_by_side.table(found)
    assert "ansible      no figure   Onramp over it: unknown, at most 0.12" in text
    assert "1.25, at most 2.0: held" in text


def test_python_settings_of_the_caller_reach_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = Contender("x", "x", ["sh", "-c", "env"], lambda text: text)
    _, environment = side_by_side.timed(said)
    assert "PYTHONDONTWRITEBYTECODE" not in environment


def test_listing_compares_with_the_same_invoke(tmp_path: Path) -> None:
    onramp, bare = contenders.listing(Place(tmp_path, tmp_path, tmp_path))
    assert Path(bare.argv[0]).parent == Path(sys.executable).parent
    assert onramp.complaint("  evaluate   Take hosts") == ""
    assert bare.complaint("Traceback")
