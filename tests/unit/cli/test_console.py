"""The person watching sees what happens, and nothing a host says can touch the terminal."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import example_runs as examples
from onramp.cli import console as console_module
from onramp.cli.console import Console, is_coloured, is_terminal, write
from onramp.cli.run_table import summary
from onramp.model.run import HostRun, RunReport
from onramp.reports.build import build


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def report(*runs: HostRun) -> RunReport:
    return build(
        runs,
        id="20261123T062511Z",
        command="evaluate",
        started="",
        seconds=70.0,
        catalogue=examples.CATALOGUE,
        notes=["one note"],
    )


def told(console: Console) -> None:
    with console:
        console.event("web1", {"event": "step", "id": "build", "state": "started"})
        console.event(
            "web1",
            {
                "event": "command",
                "step": "build",
                "shown": "docker compose build",
                "exit_code": 1,
                "seconds": 3.0,
                "excerpt": "boom\n\nbang",
            },
        )
        console.event(
            "web1",
            {
                "event": "finding",
                "pain": "daemon-not-running",
                "how": "encountered",
                "outcome": "remedied",
            },
        )
        console.event(
            "web1",
            {
                "event": "step",
                "id": "build",
                "state": "finished",
                "status": "changed",
                "seconds": 22.0,
            },
        )
        console.event(
            "web1",
            {
                "event": "step",
                "id": "up",
                "state": "finished",
                "status": "satisfied",
                "seconds": 0.0,
            },
        )
        console.event("web1", {"event": "end", "status": "passed", "total_s": 41.2})


def test_plain_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    told(Console(hosts=["web1"]))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "web1: build …",
        "web1: pain point daemon-not-running: encountered, remedied",
        "web1: build changed in 22 s",
        "web1: passed in 41 s",
    ]


def test_verbose_tells_the_commands_too(capsys: pytest.CaptureFixture[str]) -> None:
    told(Console(verbose=True))
    assert "web1: $ docker compose build (exit code 1, 3.0 s)\nweb1:   boom\nweb1:   bang\n" in (
        capsys.readouterr().err
    )


def test_quiet_tells_nothing_but_the_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    console = Console(quiet=True)
    told(console)
    assert capsys.readouterr().err == ""
    console.table(report(examples.passed()), tmp_path)
    assert "debian-12" in capsys.readouterr().out


def test_with_json_the_table_leaves_stdout_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Console(to_stderr=True).table(report(examples.passed()), tmp_path)
    out, err = capsys.readouterr()
    assert out == ""
    assert "debian-12" in err


def test_a_live_view_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    console = Console(hosts=["web1", "web2"])
    with console:
        console.event(
            "web1", {"event": "step", "id": "build", "title": "[red]x[/red]", "state": "started"}
        )
        with console.aside():
            screen.write("question?")
        console.event("web1", {"event": "fault", "text": "[bold]oops[/bold] \x1b[31m"})
    shown = screen.getvalue()
    assert "web1" in shown
    assert "web2" in shown
    assert "[red]x[/red]" in shown  # markup is text
    assert "harness fault: [bold]oops[/bold]" in shown


def test_the_live_view_of_many_hosts_fits_the_screen_and_counts_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    for name, value in {"TERM": "xterm", "LINES": "20", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    console = Console(hosts=[f"web{number}" for number in range(3000)])
    with console:
        for number in range(1000):
            console.event(f"web{number}", {"event": "end", "status": "passed", "total_s": 1})
        console.event("web2999", {"event": "step", "id": "build", "state": "started"})
    last = screen.getvalue().rpartition("web2999 ")[2]
    assert "build" in last
    assert "2982 more" in last
    assert "1982 waiting, 1000 passed" in last
    assert last.count("\n") < 20


def test_the_live_view_takes_events_from_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    console = Console(verbose=True)

    def work(number: int) -> None:
        for _ in range(30):
            console.event(f"web{number}", {"event": "command", "shown": "x", "exit_code": 0})

    with console:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_the_table_has_failures_last_and_names_each_report(tmp_path: Path) -> None:
    text = summary(report(*examples.all_kinds()), tmp_path)
    lines = text.split("\n")
    assert [line.split()[0] for line in lines[1:8]] == [
        "web7",
        "debian-12",
        "clean",
        "web6",
        "web3",
        "web5",
        "10.0.0.9-2222",
    ]
    assert lines[2].split()[2:6] == ["8", "28.5.2/2.40.0", "2", "7/10/9/10"]
    assert str(tmp_path / "hosts" / "debian-12" / "report.md") in lines[2]
    assert "1 (1 open)" in lines[5]
    assert "web3 failed at install-engine after 1 min 5 s" in text
    assert "one note" in text


def test_the_table_of_no_hosts_is_still_one(tmp_path: Path) -> None:
    assert summary(report(), tmp_path).startswith("HOST")


def test_nothing_a_host_says_reaches_the_terminal_as_more_than_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = examples.HOSTILE
    console = Console(verbose=True)
    for kind in ("step", "command", "finding", "unexplained", "fault", "end", "note", "progress"):
        event: dict[str, Any] = {
            "event": kind,
            "id": bad,
            "state": "started",
            "shown": bad,
            "pain": bad,
            "how": bad,
            "outcome": bad,
            "step": bad,
            "text": bad,
            "status": bad,
            "cut": bad,
            "excerpt": bad,
            "title": bad,
        }
        console.event(bad, event)
        console.event(bad, {**event, "state": "finished"})
    console.table(report(examples.hostile()), tmp_path)
    shown = "".join(capsys.readouterr())
    assert all(line.isprintable() for line in shown.split("\n"))
    assert max(map(len, shown.split("\n"))) < 1200


def test_colour_only_on_a_terminal_that_nobody_asked_to_be_plain(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert is_coloured(Terminal())
    assert not is_coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_coloured(Terminal())
    assert is_terminal(Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not is_terminal(Terminal())
    assert "\x1b[31mfailed\x1b[0m" in summary(report(examples.failed()), tmp_path, colour=True)


def test_a_closed_or_narrow_stream_stops_nothing() -> None:
    closed = io.StringIO()
    closed.close()
    write(closed, "x")
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    write(narrow, "build …")
    narrow.seek(0)
    assert narrow.read() == "build ?"


def test_rich_is_not_imported_unless_something_is_shown_live() -> None:
    check = (
        "import sys; from onramp.cli.console import Console; c = Console()\n"
        "with c: c.event('h', {'event': 'end', 'status': 'passed', 'total_s': 1})\n"
        "sys.exit('rich' in sys.modules)"
    )
    root = Path(console_module.__file__).parents[2]
    made = subprocess.run([sys.executable, "-c", check], cwd=root, check=False, capture_output=True)
    assert made.returncode == 0
