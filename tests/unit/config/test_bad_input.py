"""Bad input on the command line: one line, exit 1, and nothing done."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from invoke.config import Config
from invoke.context import Context
from invoke.exceptions import Exit

from onramp.cli import arguments
from onramp.cli.arguments import Kinds
from onramp.cli.commands import diagnose, history
from onramp.cli.program import CommandLine
from onramp.cli.task import Flag, make
from onramp.cli.tasks import collection
from onramp.config import evaluation_file, inventory, parse_settings, yaml_file
from onramp.errors import HarnessError, UsageError
from onramp.evidence import find_runs
from onramp.evidence import logs as log_files
from onramp.history import row_cache
from onramp.pipeline import page_checks
from onramp.reports import redacted_copy
from places import ROOT

KINDS: Kinds = {"--hosts": "many", "--user": "text", "--check": "switch"}
TASKS = {"evaluate": KINDS, "lab.down": KINDS}

REFUSED = [
    (["evaluate", "--hosts"], "--hosts: no value was given"),
    (["evaluate", "--hosts", "--check"], "--hosts: no value was given"),
    (["evaluate", "--hosts=--check"], "--hosts: no value was given"),
    (["evaluate", "--user"], "--user: no value was given"),
    (["evaluate", "--user=a", "--user=b"], "--user is given twice"),
    (["evaluate", "--check=yes"], "--check takes no value, found 'yes'"),
    (["evaluate", "--hosst=a"], "evaluate has no flag '--hosst' · did you mean --hosts?"),
    (["evaluate", "--hosts", "a", "b"], "found 'b', expected a flag"),
    (["evaluate", "--check", "lab.down"], "one command at a time"),
    (["evaluate", "--", "--hosts=web1"], "found --, which nothing here reads"),
    (["evaluate", "-x"], "evaluate has no flag '-x'"),
    (["evalute"], "no command 'evalute' · did you mean evaluate?"),
    (["lab"], "no command 'lab'"),
    (["--hosts=a", "evaluate"], "unknown flag '--hosts=a'"),
    (["\x1b[31m"], r"no command '\x1b[31m'"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_words_that_cannot_be_meant(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        arguments.command(words, TASKS)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["evaluate"],
        ["evaluate", "--hosts=a", "--hosts", "b", "--check", "--user", "me"],
        ["evaluate", "--hosts=a=b", "--hosts=-x", "--user="],
        ["evaluate", "-R", "--help", "-T5", "-T", "5", "--hide=both", "--hide", "both", "-ew"],
    ],
)
def test_words_that_can(words: list[str]) -> None:
    arguments.command(words, TASKS)


def test_the_words_behind_a_command() -> None:
    assert arguments.behind(["-c", "/x/a.up", "lab.up", "--json"], "up") == ("--json",)
    assert arguments.behind(["pytest", "-q"], "evaluate") == ()


def _ends(
    monkeypatch: pytest.MonkeyPatch, argv: list[str], *, run: dict[str, bool], **given: object
) -> tuple[int, bool]:
    """Exit code of a task called so, and whether it did anything."""
    done: list[SimpleNamespace] = []

    def function(values: SimpleNamespace) -> int:
        done.append(values)
        return 0

    monkeypatch.setattr(sys, "argv", argv)
    table = {"names": Flag("many", "Names"), "text": Flag("text", "Text")}
    task = make("down", function, table, "Help.")
    with pytest.raises(Exit) as ended:
        task.body(Context(Config(overrides={"run": run})), **{"names": [], "text": None, **given})
    return ended.value.code, bool(done)


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_given_and_empty_is_not_everything(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ends(monkeypatch, ["invoke"], run={}, names=[value]) == (1, False)
    assert _ends(monkeypatch, ["invoke"], run={}, text=value) == (1, False)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "onramp: --names is empty · give it a value, or leave it out"
    assert len(said) == 2
    assert _ends(monkeypatch, ["invoke"], run={}, names=["a"]) == (0, True)


def test_plain_invoke_is_watched_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the virtual environment nobody looked at the words before the task is called."""
    assert _ends(monkeypatch, ["invoke", "lab.down", "--names"], run={}) == (1, False)
    assert _ends(monkeypatch, ["invoke", "lab.down", "pains"], run={}) == (1, False)


def test_no_dry_run_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ends(monkeypatch, ["invoke"], run={"dry": True}) == (1, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-T", "x", "evaluate"], "-T or -D expects a whole number"),
        (["-F", "xml", "--list"], "-F: found 'xml', expected flat, nested, json"),
        (["-f", "/etc/passwd", "evaluate"], "-f/--config has no meaning"),
        (["--prompt-for-sudo-password", "pains"], "use --ask-become-pass"),
        (["evaluate", "--hosts"], "--hosts: no value was given"),
    ],
)
def test_the_front_door(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        CommandLine(version="0", namespace=collection(clone=True)).run(["invoke", *words])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_an_error_is_one_bounded_harmless_line() -> None:
    error = HarnessError("a\x1b[31m\n" + "x" * 100_000 + "end", "\u202eb\tc\0", "")
    said = str(error)
    assert said.isprintable()
    assert len(said) < 1000
    assert said.startswith(r"a\x1b[31m xxx")
    assert r"end · \u202eb c\x00" in said


def _bomb(first: str, row: str) -> str:
    lines = [f"x0: &x0 {first}"]
    lines += [f"x{n}: &x{n} " + row.replace("@", f"*x{n - 1}") for n in range(1, 12)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "bomb",
    [
        _bomb("a", "[@, @, @, @, @, @, @, @, @, @]"),
        _bomb("{a: 1}", "{a: @, b: @, c: @, d: @, e: @, f: @, g: @, h: @}"),
        _bomb("{a: 1}", "{<<: [@, @, @, @, @, @, @, @, @, @]}"),
    ],
)
def test_aliases_without_end(bomb: str) -> None:
    began = time.monotonic()
    with pytest.raises(UsageError, match="f.yml:1: its aliases stand for more than 100000 values"):
        yaml_file.parse(bomb, shown="f.yml")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: !!bool x", "f:2: found 'x', which is no bool"),
        ("a: !!timestamp soon", "f:1: found 'soon', which is no timestamp"),
        ("a: !!int seven", "f:1: found 'seven', which is no int"),
        ("a: !!float ''", "f:1: found '', which is no float"),
    ],
)
def test_a_tag_that_does_not_fit(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        yaml_file.parse(text, shown="f")
    assert str(caught.value) == said


def test_a_tag_that_fits() -> None:
    assert yaml_file.parse("[!!int '7', !!bool 'yes', !!float '1']", shown="f") == [7, True, 1.0]


def test_a_key_of_several_lines_is_named_in_one() -> None:
    with pytest.raises(UsageError, match=r"unknown key 'to\\no\\x1b\[1ml'") as caught:
        evaluation_file.read({"to\no\x1b[1ml": "a"}, "f")
    assert str(caught.value).isprintable()


def test_a_page_takes_no_place_of_anything_but_a_file(tmp_path: Path) -> None:
    """Renamed into its place it would be a file where /dev/null was."""
    place = tmp_path / "pipe"
    os.mkfifo(place)
    given = dict.fromkeys(("command", "limit", "since", "stack", "image"))
    switches = {"json": False, "markdown": False, "page": True}
    for to in (str(place), "/", str(tmp_path)):
        with pytest.raises(UsageError, match="is no file"):
            history.history(SimpleNamespace(**given, **switches, runs=str(tmp_path), to=to))
    assert place.is_fifo()


def test_aliases_as_people_use_them() -> None:
    found = yaml_file.parse("a: &a {x: [1, 2]}\nb: {<<: *a, y: 3}\nc: [*a, *a]", shown="f.yml")
    assert found["b"] == {"x": [1, 2], "y": 3}
    assert found["c"] == [{"x": [1, 2]}, {"x": [1, 2]}]


@pytest.mark.parametrize("text", ["[" * 3000 + "]" * 3000, "[" * 100_000])
def test_nesting_without_end(text: str) -> None:
    with pytest.raises(UsageError, match="nested deeper than 100 levels"):
        yaml_file.parse(text, shown="f.yml")


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        (r'docker: {channel: "stable\n"}', "onramp.docker.channel: found 'stable\\n'"),
        (r'docker: {user: "me\n"}', "onramp.docker.user: found 'me\\n', expected a user name"),
        (r'docker: {repository: "http://x\n"}', "expected a URL"),
        (r'proxy: {no_proxy: "a\nb"}', "onramp.proxy.no_proxy: found text, expected one line"),
        ("docker: {daemon: {a: [.inf]}}", "daemon.a[0]: found inf, expected a finite number"),
        ("docker: {daemon: {a: !!binary aGk=}}", "expected what JSON can hold"),
        ("docker: {daemon: {a: {b: !!set {c}}}}", "docker.daemon.a.b: found"),
        ("docker: {daemon: {a: {1: x}}}", "docker.daemon.a: found 1 as a name"),
        ("docker: {daemon: {a: !tag x}}", "docker.daemon.a: found a tagged value"),
    ],
)
def test_settings_no_host_could_use(yaml: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings.parse(yaml_file.parse(yaml, shown="f.yml"), where="here")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("all: {hosts: {h: }, vars: {ansible_group_priority: '²'}}", "expected a whole number"),
        (f"all: {{vars: {{ansible_group_priority: {'9' * 5000}}}}}", "expected a whole number"),
        (
            f"all: {{hosts: {{h: {{ansible_private_key_file: {'k' * 5000}}}}}}}",
            "File name too long",
        ),
    ],
)
def test_inventories_nobody_means(yaml: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "i.yml").write_text(yaml)
    with pytest.raises(UsageError) as caught:
        inventory.load([Path("i.yml")], cwd=tmp_path).host("h")
    assert said in str(caught.value)


def test_a_setting_named_without_end() -> None:
    with pytest.raises(UsageError, match="nested deeper than 20 levels"):
        parse_settings.pairs(["docker.daemon" + ".a" * 5000 + "=1"])


def test_a_terminal_without_the_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    def function(_: SimpleNamespace) -> int:
        print("a \xb7 \udcff", flush=True)
        return 0

    with pytest.raises(Exit) as ended:
        make("x", function, {}, "Help.").body(Context(Config()))
    assert (ended.value.code, raw.getvalue()) == (0, b"a ? ?\n")


def _started(words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """./invoke as a shell starts it; `words` may redirect."""
    command = ["sh", "-c", f'"$0" {words}', options.pop("door", str(ROOT / "invoke"))]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="not set up with ./invoke")
@pytest.mark.parametrize("words", ["diagnose <&-", "pains >&-", "pains 2>&-", "pains <&- >&- 2>&-"])
def test_closed_streams(words: str) -> None:
    ended = _started(words)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="not set up with ./invoke")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("words", ["--list", "--help history", "--version", "pains"])
def test_a_full_disk_behind_standard_output(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # nobody has it, but in containers
    ended = _started(f"{words} >/dev/full")
    said = "onramp: could not be written: [Errno 28] No space left on device\n"
    assert (ended.returncode, ended.stderr) == (250, said)


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="not set up with ./invoke")
def test_started_through_links(tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to(ROOT / "invoke")
    (tmp_path / "second").symlink_to("first")
    ended = _started("--version", door=str(tmp_path / "second"))
    assert ended.stdout.startswith("Onramp ")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_nowhere_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def function(_: SimpleNamespace) -> int:
        Path("/dev/full").write_text("x")
        return 0

    with pytest.raises(Exit) as ended:
        make("x", function, {}, "Help.").body(Context(Config()))
    assert (ended.value.code, capsys.readouterr().err.count("\n")) == (250, 1)


def test_what_somebody_may_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    def function(_: SimpleNamespace) -> int:
        raise PermissionError(13, "Permission denied", "/x/\x1b[31mevents.jsonl")

    with pytest.raises(Exit) as ended:
        make("x", function, {}, "Help.").body(Context(Config()))
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (1, 1)
    assert said.startswith(r"onramp: /x/\x1b[31mevents.jsonl: permission denied · ")


def test_a_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    with pytest.raises(Exit) as ended:
        make("x", lambda _: 0, {}, "Help.").body(Context(Config()))
    assert (ended.value.code, capsys.readouterr().err.count("\n")) == (1, 1)


@pytest.fixture
def hurry() -> Iterator[None]:
    """Who waits for a pipe fails after some seconds, instead of never."""

    def end(*_: object) -> None:
        raise TimeoutError("waited")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("hurry")
def test_pipes_in_a_run_are_not_waited_for(tmp_path: Path) -> None:
    """Somebody's archive of a run may hold anything."""
    run = tmp_path / "20261123T120000Z"
    logs = run / "hosts" / "web1" / "logs"
    logs.mkdir(parents=True)
    (run / "hosts" / "web1" / "events.jsonl").write_text('{"event": "host", "name": "web1"}\n')
    for pipe in (
        tmp_path / "history.db",
        run / "run.json",
        run / "notes.txt",
        logs / "0001-up-apply.log",
    ):
        os.mkfifo(pipe)
    assert find_runs.summary(run) == {}
    assert log_files.shown(run / "hosts" / "web1", "logs/0001-up-apply.log").stdout == ""
    kept = row_cache.load(tmp_path, {})
    assert [row.name for row in kept.rows] == ["web1"]
    assert kept.notes == (f"{tmp_path}/history.db is no file: it was left alone, and not used",)
    copy = redacted_copy.redacted(run, tmp_path / "copy", {})
    assert (copy.path / "index.md").is_file()


def test_a_paste_of_any_size_is_read_at_both_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half = diagnose.MOST_BYTES // 2
    (tmp_path / "long").write_bytes(b"a" * half + b"\xff" * 3_000_000 + b"b" * half)
    given = SimpleNamespace(run=None, text=str(tmp_path / "long"), json=False, runs=None)
    assert diagnose.diagnose(given) == 0
    assert "3000000 bytes in the middle are left out" in capsys.readouterr().err
    for path in ("/dev/zero", str(tmp_path), "a\0b", str(tmp_path / "gone")):
        given.text = path
        with pytest.raises(UsageError, match="--text="):
            diagnose.diagnose(given)


@pytest.mark.parametrize(
    ("pattern", "body", "found"),
    [
        (r"n=(\d+)", "n=7", 7),
        (r"n=(.*)", "n= 7 ", 7),
        (r"n=(\w+)", "n=seven", None),
        (r"n=(\d+)?", "n=", None),
        (r"n=(\d+)", "n=" + "9" * 5000, None),
        (r"n=(\d+)", "n=٣", None),
        (r"n=(\d+)", "", None),
    ],
)
def test_a_page_may_say_anything(pattern: str, body: str, found: int | None) -> None:
    assert page_checks.number(pattern, body) == found
