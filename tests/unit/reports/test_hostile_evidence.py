"""A run that came from somebody else may hold anything: it is read, and reported, all the same.

Its events and its run.json are edited by hand, and links and pipes stand in place of its files.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import harmless
from onramp import pains
from onramp.cli.commands import compare, diagnose, report, review
from onramp.diagnosis import findings as pure
from onramp.evidence import find_runs, stored_events
from onramp.journey import survey
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import PainPoint, Situation
from onramp.model.settings import Settings
from onramp.text.sanitize import plain
from places import RECORDED

STAMP = "20261123T170957Z"
KEPT = {"event", "state", "role", "how", "outcome", "status", "image"}  # or nothing is left to read
EVIL = (
    "<script>window.__pwned=1</script><img src=x onerror=alert(1)> `: >/tmp/pwned` $(: >/tmp/pwned)"
    " [x](javascript:alert(1)) http://evil.test | \x1b]0;PWNED\x07\x1b[2J\x9b31m\x00\x85\u202e"
    "\U000e0041\u00ad\ud800 [red]x[/red]\n# h\n```\n"
)
Edit = Callable[[Any], Any]


def text(value: Any) -> Any:
    return EVIL if isinstance(value, str) else value


def number(instead: Any) -> Edit:
    def edit(value: Any) -> Any:
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        return instead if numeric else value

    return edit


def moment(instead: str) -> Edit:
    def edit(value: Any) -> Any:
        return instead if isinstance(value, str) and value.startswith("2026-") else value

    return edit


EDITS: dict[str, Edit] = {
    "text": text,
    "huge": number(1e308),
    "endless": number(10**400),
    "negative": number(-1e308),
    "infinite": number(math.inf),
    "no-number": number(math.nan),
    "words-for-numbers": number(EVIL),
    "another-shape": lambda _: {"a": [EVIL]},
    "nothing": lambda _: None,
    "a-list": lambda _: [[EVIL]],
    "truth": lambda _: True,
    "a-day": moment("2026-01-01"),
    "before-time": moment("0001-01-01T00:00:00-23:59"),
}


def edited(value: Any, edit: Edit) -> Any:
    if isinstance(value, dict):
        return {key: inner if key in KEPT else edited(inner, edit) for key, inner in value.items()}
    return [edited(inner, edit) for inner in value] if isinstance(value, list) else edit(value)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDED / "run", tmp_path / "runs" / STAMP))


def host_of(run: Path) -> Path:
    (found,) = (run / "hosts").iterdir()
    return found


def edit_all(run: Path, edit: Edit) -> None:
    events = host_of(run) / "events.jsonl"
    changed = [
        json.dumps(edited(json.loads(line), edit)) for line in events.read_text().splitlines()
    ]
    events.write_text("\n".join(changed) + "\n")
    told = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(edited(told, edit)))


def given(run: Path, **more: Any) -> SimpleNamespace:
    flags = {"run": STAMP, "runs": str(run.parent), "redact": False, "to": None, "json": False}
    return SimpleNamespace(**{**flags, "markdown": False, "fail_on": None, "text": None, **more})


@pytest.mark.parametrize("name", EDITS)
def test_every_report_stays_in_form(
    name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_all(run, EDITS[name])
    assert report.report(given(run)) == 0, capsys.readouterr().out
    pages = [path for path in harmless.written(run) if path.suffix != ".html"]
    assert {path.name for path in pages} >= {"index.md", "report.json", "junit.xml", "reproduce.sh"}
    for page in pages:
        if page.suffix == ".md":
            harmless.markdown(page, missing=True)
        elif page.name == "report.json":
            harmless.valid(page.read_bytes(), "report")
            harmless.as_text(page.read_text())
        elif page.name == "terminal.cast":
            harmless.cast(page)
        elif page.name == "junit.xml":
            harmless.junit(page)
        elif page.name == "reproduce.sh":
            harmless.as_text(page.read_text())
        assert page.stat().st_size < harmless.REPORTS_BYTES
    harmless.as_text(capsys.readouterr().out)


@pytest.mark.parametrize("name", EDITS)
def test_diagnosis_and_comparison_can_be_read(
    name: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_all(run, EDITS[name])
    assert diagnose.diagnose(given(run)) == 0
    harmless.as_text("".join(capsys.readouterr()))
    assert diagnose.diagnose(given(run, json=True)) == 0
    harmless.valid(capsys.readouterr().out.encode(), "diagnose")
    sides = {"before": STAMP, "after": STAMP}
    for way in ({}, {"json": True}, {"markdown": True}):
        assert compare.compare(given(run, **sides, **way)) == 0
        printed = harmless.as_text(capsys.readouterr().out)
        if way.get("json"):
            harmless.valid(printed.encode(), "compare")


# --- links and pipes --------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "shadow"
    path.write_text("--- stdout ---\nroot:$6$kept-to-oneself:19000::::::\n")
    return path


def first_log(run: Path) -> Path:
    events = stored_events.read_events(host_of(run) / "events.jsonl")
    name = next(event["log"] for event in events if event.get("log"))
    path = host_of(run) / str(name)
    path.parent.mkdir(exist_ok=True)
    return path


def everything(folder: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in harmless.written(folder))


def test_no_report_has_what_a_link_leads_to(run: Path, secret: Path, tmp_path: Path) -> None:
    first_log(run).symlink_to(secret)
    (host_of(run) / "logs/0002-more.log").symlink_to(secret)
    assert report.report(given(run)) == 0
    assert "kept-to-oneself" not in everything(run)
    assert report.report(given(run, redact=True, to=str(tmp_path / "copy"))) == 0
    copied = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert copied
    assert not [path for path in copied if b"kept-to-oneself" in path.read_bytes()]


def test_nobody_waits_for_a_pipe(run: Path, tmp_path: Path) -> None:
    os.mkfifo(first_log(run))
    os.mkfifo(host_of(run) / "more.txt")
    assert report.report(given(run)) == 0
    assert diagnose.diagnose(given(run)) == 0
    assert report.report(given(run, redact=True, to=str(tmp_path / "copy"))) == 0
    (run / "run.json").unlink()
    os.mkfifo(run / "run.json")
    assert find_runs.summary(run) == {}


def test_nothing_is_written_where_a_link_leads(run: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    host_of(run).rename(away)
    before = sorted(path.name for path in away.iterdir())
    (run / "hosts/debian-12-sysv").symlink_to(away)
    assert find_runs.host_folders(run) == []
    assert report.report(given(run)) == 0
    assert sorted(path.name for path in away.iterdir()) == before


def test_no_report_goes_to_a_folder_that_is_a_link(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    host_of(run).rename(run / "hosts/another")
    (run / "hosts/debian-12-sysv").symlink_to(away)
    assert report.report(given(run)) == 250
    assert "a link out of the run" in capsys.readouterr().err
    assert list(away.iterdir()) == []


def test_a_review_that_is_a_link_is_not_shown(run: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.yml").write_text("notes: kept-to-oneself\n")
    (run / "reviews").mkdir()
    (run / "reviews/debian-12-sysv.yml").symlink_to(tmp_path / "notes.yml")
    assert report.report(given(run)) == 0
    assert "kept-to-oneself" not in everything(run)


@pytest.mark.parametrize(
    "log", ["http://evil.test/x", "javascript:alert(1)", "../../x", "/etc/shadow"]
)
def test_a_log_is_a_file_of_the_host_or_nothing(log: str, run: Path) -> None:
    events = host_of(run) / "events.jsonl"
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    events.write_text("".join(json.dumps(_logged(line, log)) + "\n" for line in lines))
    assert report.report(given(run)) == 0
    for page in harmless.written(run):
        if page.suffix in (".md", ".html"):
            assert log not in page.read_text()


def _logged(event: dict[str, Any], log: str) -> dict[str, Any]:
    inner = {key: _logged(value, log) for key, value in event.items() if isinstance(value, dict)}
    return {**event, **inner, **({"log": log} if "log" in event else {})}


# --- a host that answers what nobody would ----------------------------------------------------

ODD = (
    *(
        "",
        "²",
        "9" * 5000,
        "-1",
        "1e999",
        "nan",
        "a b c d",
        "²²",
        "1.²",
        "² kB",
        f"{'9' * 5000} kB",
    ),
    *(f"{'9' * 5000} kB",),
    *("/ /dev/x 1 2 ² 4% /", f"/ /dev/x 1 2 {'9' * 5000} 4% /", " 0: 0100007F:²² 0:0 0A x x"),
    *(" 0: ZZZZZZZZ:0050 0:0 0A 0 0", "x\n²\n/\n/bin/sh\nx", '{"bip": 3, "hosts": 7}', "[" * 9000),
    *("ID=\x1b]0;t\x07\nPRETTY_NAME=²", "x" * 1_000_000, "a\n" * 100_000, EVIL),
)


@pytest.mark.parametrize("section", [section.name for section in survey.SECTIONS])
def test_no_answer_of_a_host_ends_the_survey(section: str) -> None:
    for odd in ODD:
        printed = f"\ntoken os\nID=debian\n\ntoken {section}\n{odd}\n\ntoken end\n"
        seen = survey.parse(Outcome("survey", 0, stdout=printed), "token")
        pure.foreseen(Situation(seen, Settings()), pains.catalogue())
        assert len(repr(seen)) < 500_000


def test_who_comes_from_no_address_is_unknown() -> None:
    printed = "\ntoken login\n<b> 1 \x1b]0;t\x07 22\n\ntoken end\n"
    seen = survey.parse(Outcome("survey", 0, stdout=printed), "token")
    assert (seen.client_address, seen.server_address) == (None, None)


def test_an_old_run_may_have_such_an_address() -> None:
    odd = Facts(client_address=EVIL, server_address="10.0.0.5", engine=None)
    found = pure.foreseen(Situation(odd, Settings()), pains.catalogue())
    assert "bridge-subnet-collides-lan" not in {finding.pain for finding in found}


def test_a_broken_pain_point_is_left_out_of_a_diagnosis(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Situation) -> str:
        raise ValueError("\x1b]0;PWNED\x07 broken")

    known = dict(pains.catalogue())
    assert diagnose.diagnose(given(run)) == 0
    before = capsys.readouterr().out
    odd = PainPoint("odd", "verify", "Odd", "minor", "A cause.", foresee=broken)
    monkeypatch.setattr(diagnose, "catalogue", lambda: {**known, "odd": odd})
    assert diagnose.diagnose(given(run)) == 0
    said = capsys.readouterr()
    assert said.out == before
    assert "odd" in harmless.as_text(said.err)


@pytest.mark.parametrize("unseen", ["\u00ad", "\u180e", "\U000e0041", "\x85", "\u2066"])
def test_what_cannot_be_seen_is_not_shown(unseen: str) -> None:
    assert plain(f"a{unseen}b") == "ab"


def test_a_folder_of_an_odd_name_does_not_reach_the_terminal(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = run.parent.rename(tmp_path / "\x1b]0;PWNED\x07\x9b2J[red]")
    flags = given(odd / STAMP)
    assert report.report(flags) == 0
    file = tmp_path / "review.yml"
    file.write_text('ratings: {set_up: 7}\nnotes: "\\e[2J<script>"\n')
    assert review.review(given(odd / STAMP, host=None, file=str(file))) == 0
    harmless.as_text("".join(capsys.readouterr()))


@pytest.mark.parametrize("name", EDITS)
def test_a_copy_to_share_can_be_made(name: str, run: Path, tmp_path: Path) -> None:
    edit_all(run, EDITS[name])
    copy = tmp_path / "copy"
    assert report.report(given(run, redact=True, to=str(copy))) == 0
    for page in harmless.written(copy):
        if page.suffix == ".md":
            harmless.markdown(page, missing=True)
        elif page.suffix != ".html":
            harmless.as_text(harmless.SGR.sub("", page.read_text()))
