"""What a team needs: the file that says so, the script that tries it, and the words about it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest

from onramp.config import load_stack
from onramp.errors import LinkError, UsageError
from onramp.evidence import event_lines, replay
from onramp.evidence.events import Event, Noun
from onramp.history.compare import timings
from onramp.journey import requirement_probes as probes
from onramp.model.action import Command, Cut, Outcome, Upload
from onramp.model.host import Host
from onramp.model.run import HostRun, Report, RequirementRun, RequirementStatus, StepRun
from onramp.model.stack import Requirement, Stack
from onramp.pipeline import try_requirements
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.reports.form import requirements_table
from places import ROOT

NEED = "{id: logs, title: Logs, why: To read., probe: docker compose logs}"
Load = Callable[[str], Stack]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A stack with this requirements.yml."""

    def _load(text: str) -> Stack:
        folder = tmp_path / "app"
        folder.mkdir()
        (folder / "compose.yaml").write_text("services: {web: {image: x}}")
        (folder / "requirements.yml").write_text(text)
        return load_stack.load("./app", cwd=tmp_path, project_root=ROOT)

    return _load


def hello_world() -> Stack:
    return load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)


def need(probe: str = "true", **more: Any) -> Requirement:
    return Requirement("logs", "Logs can be read", "Somebody looks.", probe, **more)


# --- the file --------------------------------------------------------------------------------


def test_a_stack_names_what_is_needed_and_keeps_that_to_itself(load: Load) -> None:
    stack = load(f"requirements: [{NEED}]")
    assert [one.id for one in stack.requirements] == ["logs"]
    assert stack.requirements[0].timeout_s == 30
    assert "requirements.yml" not in stack.files


@pytest.mark.parametrize("text", ["", "requirements: []", "{}"])
def test_a_file_may_name_none(load: Load, text: str) -> None:
    assert load(text).requirements == ()


@pytest.mark.parametrize(
    "text",
    [
        "- src: geerlingguy.docker\n  version: 1.0.0",
        "- geerlingguy.docker",
        "roles: [{name: a.b}]\ncollections: [{name: community.docker}]",
    ],
)
def test_ansibles_file_of_that_name_is_copied_like_any_other(load: Load, text: str) -> None:
    stack = load(text)
    assert stack.requirements == ()
    assert stack.files["requirements.yml"].decode() == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("requirements: ]", "requirements.yml:1: not YAML"),
        ("requirement: []", "unknown key 'requirement'"),
        ("nonsense", "expected a mapping with `requirements`"),
        (f"[{NEED}]", "expected a mapping with `requirements`"),
        ("requirements: {a: 1}", "requirements: expected a list, got a mapping"),
        ("requirements: [{id: a, title: b, why: c}]", "missing required field probe"),
        (f"requirements: [{NEED[:-1]}, timeout: 3}}]", "requirements[0]: unknown key 'timeout'"),
        (f"requirements: [{NEED[:-1]}, timeout_s: 0}}]", "requirements[0].timeout_s: "),
        (f"requirements: [{NEED[:-1]}, timeout_s: soon}}]", "expected a number, got text"),
        (f"requirements: [{NEED}, {NEED}]", "requirements[1].id: 'logs' is given twice"),
        ("requirements: [{id: A b, title: b, why: c, probe: d}]", "requirements[0].id: found"),
        ("requirements: [{id: ../x, title: b, why: c, probe: d}]", "expected lower-case letters"),
        (f"requirements: [{{id: {'a' * 41}, title: b, why: c, probe: d}}]", "40 characters"),
        ("requirements: [{id: a, title: b, why: c, probe: ''}]", "probe: found nothing"),
        ('requirements: [{id: a, title: "b\\nc", why: c, probe: d}]', "title: found a control"),
        ('requirements: [{id: a, title: b, why: c, probe: "d\\0"}]', "probe: found a NUL"),
    ],
)
def test_a_mistake_is_one_line_before_any_host_is_touched(load: Load, text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        load(text)
    assert refused.value.brief.startswith("stack ./app: requirements.yml")
    assert said in refused.value.brief
    assert "\n" not in refused.value.brief


def test_a_mistake_ends_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: x}}")
    (tmp_path / "requirements.yml").write_text("requirements: [{id: a}]")
    words = [ROOT / "invoke", "evaluate", "--hosts=nobody@192.0.2.1:22", f"--stack={tmp_path}"]
    ended = subprocess.run(
        [*words, f"--runs={tmp_path / 'runs'}"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "requirements[0]: missing required field title" in ended.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_the_probes_of_hello_world_are_scripts(shell: str) -> None:
    for one in hello_world().requirements:
        script = probes.probe(one, hello_world(), "0").script
        for text in (one.probe, script):
            ended = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True)
            assert (ended.returncode, ended.stderr) == (0, ""), one.id


def test_hello_world_pulls_nothing() -> None:
    for one in hello_world().requirements:
        assert one.probe.count("image: ${") == one.probe.count("pull_policy: never"), one.id


# --- the script ------------------------------------------------------------------------------

# Lists one thing of each kind until it is removed; knows no other command.
DOCKER = """#!/bin/sh
echo "$COMPOSE_PROJECT_NAME: $*" >> "$HOME/asked"
case "$*" in
  "image ls "*" --format {{.Repository}}:{{.Tag}}") [ ! -e "$HOME/made" ] || echo own:id-1 ;;
  "image ls"*) exit 125 ;;
  *ls*|ps*) [ ! -e "$HOME/made" ] || echo "id-$1" ;;
  "rm -fv id-ps"|"network rm id-network"|"volume rm -f id-volume"|"image rm own:id-1") ;;
  *) echo "no such command: $*" >&2; exit 125 ;;
esac
"""
REMOVALS = ("rm -fv id-ps", "network rm id-network", "volume rm -f id-volume",
            "image rm own:id-1")  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose PATH begins with a docker that writes down what it is asked."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/docker").write_text(DOCKER)
    (tmp_path / "bin/docker").chmod(0o755)
    return tmp_path


def shell(home: Path, command: Command) -> subprocess.Popen[str]:
    """The script as the other end of a login runs it."""
    env = {"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}", "COMPOSE_FILE": "x.yml"}
    words = ["dash", "-c", 'eval "$(cat)"']
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(words, **pipes, env=env, text=True, start_new_session=True)
    assert process.stdin
    process.stdin.write(command.script)
    process.stdin.close()
    process.stdin = None
    return process


def asked(home: Path) -> list[str]:
    return (home / "asked").read_text().splitlines() if (home / "asked").exists() else []


def test_what_sweeping_says_is_not_the_probes_last_word(home: Path) -> None:
    (home / "made").touch()
    (home / "bin/docker").write_text(DOCKER.replace('"rm -fv id-ps"|', ""))
    process = shell(home, probes.probe(need("echo fine"), hello_world(), "f00"))
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "fine\n")


@pytest.mark.parametrize(
    ("probe", "code", "last"),
    [
        ("true", 0, ""),
        ("echo fine", 0, "fine"),
        ("echo out; echo err >&2; exit 3", 3, "err"),
        ('missing "it has none"; echo never', 1, "it has none"),
        ('untestable "no GPU here"; echo never', 77, "no GPU here"),
        ("if", 2, "Syntax error"),
        ("echo a | grep -q b", 1, ""),
        ('echo "$COMPOSE_FILE$COMPOSE_PROJECT_NAME"', 0, "onramp-hello-world-logs-f00"),
        ('echo "$ONRAMP_PROJECT $ONRAMP_STACK"', 0, "onramp-hello-world {home}/onramp/hello-world"),
        ("pwd; touch file; mkdir folder", 0, "{home}/onramp/.requirements-f00/logs"),
        ("trap - EXIT; cd /; exit 5", 5, ""),
        ("kill -KILL $(sh -c 'echo $PPID')", 137, ""),
    ],
)
def test_a_probe_ends_as_it_says_and_is_swept_up(
    home: Path, probe: str, code: int, last: str
) -> None:
    (home / "made").touch()
    process = shell(home, probes.probe(need(probe), hello_world(), "f00"))
    out, err = process.communicate(timeout=20)
    assert process.returncode == code, out
    assert last.format(home=home) in (out.splitlines() or [""])[-1]
    assert err == ""  # in order with all the rest, so that the last line is the last thing said
    assert not list((home / "onramp").iterdir())
    own = "onramp-hello-world-logs-f00: "
    assert [line.removeprefix(own) for line in asked(home) if "id-" in line] == list(REMOVALS)
    listings = [line for line in asked(home) if "id-" not in line]
    assert all("onramp-hello-world-logs-f00" in line.split(" ", 1)[1] for line in listings)


def test_a_probe_told_to_end_is_swept_up(home: Path) -> None:
    (home / "made").touch()
    process = shell(home, probes.probe(need("touch begun; sleep 100"), hello_world(), "f00"))
    begun = home / "onramp/.requirements-f00/logs/begun"
    while not begun.exists():
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGTERM)  # what sshd does on our word
    process.communicate(timeout=20)
    assert process.returncode != 0
    assert not list((home / "onramp").iterdir())
    assert sum("id-" in line for line in asked(home)) == len(REMOVALS)


def test_a_probe_that_was_killed_is_swept_up_by_another_command(home: Path) -> None:
    (home / "made").touch()
    room = home / "onramp/.requirements-f00/logs"
    room.mkdir(parents=True)
    (room / "left").touch()
    other = home / "onramp/.requirements-other/logs"
    other.mkdir(parents=True)
    process = shell(home, probes.sweep(need(), hello_world(), "f00"))
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0, out
    assert not room.parent.exists()
    assert other.exists()
    assert sum("id-" in line for line in asked(home)) == len(REMOVALS)


# --- what came of it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "cut", "printed", "status", "because"),
    [
        (0, None, "working\nall is well\n\n", "met", "all is well"),
        (0, None, "", "met", ""),
        (77, None, "no GPU\n", "untestable", "no GPU"),
        (1, None, "Error: \x1b[31mred\x1b[0m", "missing", "Error: red"),
        (78, None, "x", "missing", "x"),
        (1, None, "", "missing", "the probe said nothing and ended with exit code 1"),
        (None, "timeout", "half done", "untestable", "it was not done within 30 s"),
        (None, "silence", "", "untestable", "it was not done within 30 s"),
        (None, "link-lost", "half", "untestable", "the connection was lost meanwhile"),
        (None, "cancelled", "half", "untestable", "it was interrupted"),
    ],
)
def test_how_a_probe_ends_is_the_answer(
    code: int | None, cut: Cut | None, printed: str, status: str, because: str
) -> None:
    run = try_requirements.verdict(need(), Outcome("x", code, printed, cut=cut), "logs/1.log")
    assert (run.status, run.because) == (status, because)
    assert run.evidence
    assert run.evidence.log == "logs/1.log"


def test_a_megabyte_in_one_line_stays_a_line() -> None:
    run = try_requirements.verdict(need(), Outcome("x", 1, "a" * 1_000_000 + "\x1b]0;t\x07"), "")
    assert len(run.because) <= 300
    assert run.evidence
    assert len(run.evidence.excerpt) <= 1200


class Link:
    """Answers each script with what was planned for it; knows no other."""

    def __init__(self, *answers: Outcome | LinkError) -> None:
        self.answers = list(answers)
        self.done: list[str] = []

    def run(self, command: Command) -> Outcome:
        self.done.append(command.shown)
        answer = self.answers.pop(0)
        if isinstance(answer, LinkError):
            raise answer
        return answer

    def upload(self, upload: Upload) -> Outcome:
        raise AssertionError(upload)

    def reopen(self) -> None:
        self.done.append("log in again")


class Notes:
    """Events as they would be written."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def append(self, event: Event | Noun) -> None:
        self.events.append(event_lines.line(event))

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        return f"logs/{step}-{role}.log"

    def statuses(self) -> list[RequirementStatus]:
        return [one.status for one in replay.host_run(self.events).requirements]


FINE = Outcome("x", 0, "fine", seconds=1.0)


def tried(link: Link, notes: Notes, count: int = 2) -> float:
    needs = [Requirement(f"n{n}", "t", "w", "p", shown=f"try {n}") for n in range(count)]
    stack = Stack("app", "", {}, requirements=tuple(needs))
    run = RunSession(RunOptions("evaluate", stack), {}, {})
    session = HostSession(run, Host("web1", ""), notes)  # type: ignore[arg-type]
    session.opened = link  # type: ignore[assignment]
    try_requirements.measure(session)
    return session.on_host_s


def test_a_stack_that_needs_nothing_says_nothing() -> None:
    notes = Notes()
    assert tried(Link(), notes, 0) == 0
    assert notes.events == []


def test_each_is_one_command() -> None:
    link, notes = Link(FINE, Outcome("x", 1, "no", seconds=0.5)), Notes()
    assert tried(link, notes) == 1.5
    assert link.done == ["try 0", "try 1"]
    assert notes.statuses() == ["met", "missing"]


def test_after_a_time_out_what_was_made_is_removed() -> None:
    link, notes = Link(Outcome("x", None, cut="timeout"), Outcome("x", 0), FINE), Notes()
    tried(link, notes)
    assert link.done == ["try 0", "remove what the probe of n0 made", "try 1"]
    assert notes.statuses() == ["untestable", "met"]


def test_what_could_not_be_removed_is_said() -> None:
    link, notes = Link(Outcome("x", None, cut="timeout"), Outcome("x", 1), FINE), Notes()
    tried(link, notes)
    [note] = [event["text"] for event in notes.events if event["event"] == "note"]
    assert "may still be there: remove what the probe of n0 made" in note


@pytest.mark.parametrize(
    "lost", [Outcome("x", None, cut="link-lost"), LinkError("gone", kind="lost")]
)
def test_a_lost_link_is_opened_again(lost: Outcome | LinkError) -> None:
    link, notes = Link(lost, Outcome("x", 0), FINE), Notes()
    tried(link, notes)
    assert link.done == ["try 0", "log in again", "remove what the probe of n0 made", "try 1"]
    assert notes.statuses() == ["untestable", "met"]


def test_ctrl_c_ends_it() -> None:
    link, notes = Link(Outcome("x", None, cut="cancelled")), Notes()
    with pytest.raises(Interrupted):
        tried(link, notes)
    assert link.done == ["try 0"]
    assert notes.statuses() == ["untestable"]


# --- the table -------------------------------------------------------------------------------


def seen(*statuses: RequirementStatus) -> HostRun:
    runs = [RequirementRun(f"n-{n}", f"Need {n}", status) for n, status in enumerate(statuses)]
    return HostRun("h", "a", "passed", requirements=tuple(runs))


def test_nothing_measured_is_no_table() -> None:
    assert requirements_table.table(seen()) == ""


def cells(run: HostRun) -> tuple[str, Sequence[str]]:
    html = cmarkgfm.github_flavored_markdown_to_html(requirements_table.table(run))
    return html, html.split("<tr>")[2:]


def test_what_a_probe_said_breaks_no_table() -> None:
    hostile = "a | b\n<script>x</script> **b** [l](javascript:x) `"
    raw = {"event": "requirement", "id": "n", "title": hostile, "status": "missing",
           "because": hostile, "why": hostile, "seconds": 1.5,
           "evidence": {"command": hostile, "exit_code": 1, "excerpt": hostile,
                        "log": "logs/1.log"}}  # fmt: skip
    html, [row] = cells(replay.host_run([raw]))
    assert row.count("<td") == 5
    assert "<script" not in html
    assert "javascript:x" not in [part.split('"')[0] for part in html.split('href="')[1:]]
    assert 'href="logs/1.log"' in row
    assert "<strong>missing</strong>" in row


def test_the_seconds_of_requirements_are_nobodys() -> None:
    """`compare` takes runs from before there were any for as quick as those of today."""
    steps = (StepRun("up", "Up", (), "changed", seconds=10.0),)
    needs = (RequirementRun("logs", "Logs", "met", seconds=15.0),)
    before = Report(HostRun("h", "a", "passed", steps, total_s=12.0), {})
    after = Report(HostRun("h", "a", "passed", steps, total_s=27.0, requirements=needs), {})
    timing = timings.outside([before], [after])
    assert (timing.before.median, timing.after.median) == (2.0, 2.0)
