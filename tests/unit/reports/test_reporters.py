"""Every format says the same, to its own rules, whatever a host printed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import example_runs as examples
from onramp.model.pain import Catalogue
from onramp.model.run import CommandRun, HostRun, Report, RunReport
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.build import build, host_report
from onramp.reports.form.shell_lines import line, told
from onramp.reports.formats import Printed, write_all, write_host
from onramp.reports.formats import report_json as json_reporter

CATALOGUE = examples.CATALOGUE
FORM = [
    "The tool",
    "Overview of Exploration",
    "Procedure",
    "Requirements",
    "User Experience",
    "Strengths",
    "Weaknesses",
    "Concerns",
    "Recommendation",
]
KINDS = [*examples.all_kinds(), examples.hostile()]
NAMES = [run.status + "-" + run.name[:12].strip("</") for run in KINDS]


def rendered(kind: str, run: HostRun) -> str:
    render = formats.reporters()[kind].host
    assert render
    return render(host_report(run, CATALOGUE), CATALOGUE, lambda name: Printed())


def run_report(*runs: HostRun) -> RunReport:
    return build(
        runs,
        id="20261123T062511Z",
        command="evaluate --hosts=all",
        started="2026-11-23T06:25:11Z",
        seconds=70.0,
        catalogue=CATALOGUE,
    )


def rendered_run(kind: str, *runs: HostRun) -> str:
    render = formats.reporters()[kind].run
    assert render
    return render(run_report(*runs), CATALOGUE)


def parsed(source: str) -> list[Token]:
    """As GitHub and CommonMark read it: raw HTML allowed, so that any would be noticed."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(source)
    return [inner for token in tokens for inner in [token, *(token.children or [])]]


def test_every_format_has_its_files() -> None:
    files = {one.id: (one.host_file, one.run_file) for one in formats.reporters().values()}
    assert files == {
        "markdown": ("report.md", "index.md"),
        "html": ("report.html", "index.html"),
        "json": ("report.json", ""),
        "junit": ("", "junit.xml"),
        "summary": ("", "summary.md"),
        "script": ("reproduce.sh", ""),
        "asciicast": ("terminal.cast", ""),
    }


# --- Markdown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
def test_the_report_follows_the_form(run: HostRun) -> None:
    source = rendered("markdown", run)
    titles = []
    tokens = parsed(source)
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            titles.append(tokens[place + 1].content)
    assert titles == [*FORM, "Questions still open", "Evidence"]
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1


def test_the_report_tells_what_was_met_with_its_evidence_and_its_cure() -> None:
    source = rendered("markdown", examples.passed())
    assert "**debian-12 passed in 41 s: two pain points" in source
    assert (
        "`docker version` ended with exit code 1 ([log](logs/0004-use-without-sudo-try.log))"
        in source
    )
    assert examples.SOCKET in source
    assert "sudo usermod -aG docker newcomer" in source
    assert "https://docs.docker.com/engine/install/linux-postinstall/" in source
    assert re.search(r"\*\*Where is this tool best applied.*\?\*\* _Open:", source)


def test_an_authors_words_are_words_under_their_name() -> None:
    events = [
        examples.host(
            "h",
            reviewer={
                "mlops": "Small *single-host* services.",
                "strengths": ["One file.", "One `command`."],
            },
        ),
        examples.end("passed"),
    ]
    source = rendered("markdown", examples.replay.host_run(events))
    assert r"_The stack's author:_ Small \*single-host\* services." in source
    assert "_The stack's author:_ One file. One `command`." in source
    assert "(`mlops`)" not in source


def test_the_procedure_is_what_a_person_types_at_one_prompt() -> None:
    events = [
        examples.host("h"),
        *examples.step(
            "build",
            "changed",
            examples.command(
                "build",
                "docker compose build",
                env={"A": "1 2"},
                script="cd ~/x && docker compose build",
            ),
            examples.command(
                "build",
                "docker compose up -d",
                env={"A": "1 2"},
                script="cd ~/x && docker compose up -d",
            ),
            examples.command(
                "build", "note what was installed", as_root=True, script="echo x >> y"
            ),
            examples.command(
                "build",
                "sudo tee f <<'EOF'\na\nEOF",
                as_root=True,
                script="cat > f <<'EOF'\na\nEOF",
            ),
            examples.command("build", "systemctl start docker", as_root=True, exit_code=127),
        ),
        examples.end("passed"),
    ]
    lines = "\n".join(
        [
            "export A='1 2'",
            "cd ~/x",
            "docker compose build",
            "docker compose up -d",
            "# note what was installed",
            "sudo tee f <<'EOF'",
            "a",
            "EOF",
            "sudo systemctl start docker",
            "#   ended with exit code 127 in 1.2 s",
        ]
    )
    assert f"```sh\n{lines}\n```" in rendered("markdown", examples.replay.host_run(events))


def test_an_unknown_pain_point_is_named_by_its_id() -> None:
    render = formats.reporters()["markdown"].host
    assert render
    source = render(host_report(examples.passed(), {}), {}, lambda name: Printed())
    assert "#### docker-sock-permission-denied" in source


def test_hostile_words_stay_words_in_markdown() -> None:
    tokens = parsed(rendered("markdown", examples.hostile()))
    tokens += parsed(rendered_run("markdown", *KINDS))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "image"}
    ours = re.compile(
        r"(?:#[\w-]+$|logs/|hosts/[\w.-]+/report\.md$|[\w.]+$|https://docs\.docker\.com/)"
    )
    for token in tokens:
        if token.type == "link_open":
            assert ours.match(str(token.attrs["href"])), token.attrs
        assert "\x1b" not in token.content
        assert "\x00" not in token.content


def test_every_table_row_has_as_many_cells_as_its_head() -> None:
    for source in (rendered("markdown", examples.hostile()), rendered_run("markdown", *KINDS)):
        for row in re.findall(r"<tr>.*?</tr>", MarkdownIt().enable("table").render(source), re.S):
            assert len(re.findall(r"<t[hd]", row)) in (4, 5, 7)
        assert "<td></td>" not in MarkdownIt().enable("table").render(source)


# --- HTML -------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags and attributes of a page, and whether they close."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append("inert" if ("type", "text/plain") in attrs else tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
def test_a_page_stands_alone_and_runs_nothing(run: HostRun) -> None:
    page = Page(rendered("html", run))
    assert page.open == []
    assert page.tags.count("script") == 2  # our own, named by the page's policy
    assert not set(page.tags) & {"img", "iframe", "link", "object", "form", "base"}
    assert not [name for name in page.names if name.startswith("on")]
    assert not [to for to in page.links if to.startswith(("javascript:", "data:", "//", "file:"))]


def test_the_index_links_to_the_pages_of_its_hosts() -> None:
    page = Page(rendered_run("html", *KINDS))
    assert "hosts/debian-12/report.html" in page.links
    assert [to for to in page.links if to.endswith(".md")] == ["index.md", "summary.md"]


# --- JSON -------------------------------------------------------------------------------------

SCHEMA: dict[str, Any] = {
    "schema": 0,
    "host": {
        "name": 0,
        "address": 0,
        "os": {"id": 0, "version": 0, "pretty_name": 0},
        "arch": 0,
        "init": 0,
    },
    "status": 0,
    "versions": {"engine": 0, "compose": 0, "buildx": 0},
    "steps": [
        {
            "id": 0,
            "title": 0,
            "documented": 0,
            "status": 0,
            "seconds": 0,
            "attempts": 0,
            "commands": 0,
        }
    ],
    "pain_points": [
        {
            "id": 0,
            "phase": 0,
            "title": 0,
            "severity": 0,
            "how": 0,
            "outcome": 0,
            "seconds_lost": 0,
            "extra_commands": 0,
            "remedy": {"commands": 0, "kind": 0},
            "evidence": {"command": 0, "exit_code": 0, "excerpt": 0, "log": 0},
            "references": 0,
        }
    ],
    "requirements": [
        {
            "id": 0,
            "title": 0,
            "why": 0,
            "status": 0,
            "because": 0,
            "seconds": 0,
            "evidence": {"command": 0, "exit_code": 0, "excerpt": 0, "log": 0},
        }
    ],
    "unexplained": [{"step": 0, "command": 0, "exit_code": 0, "excerpt": 0, "log": 0}],
    "ratings": {
        name: {"measured": 0, "reviewer": 0, "because": 0}
        for name in ("set_up", "task", "shut_down", "documentation")
    },
    "timings": {"total_s": 0, "on_host_s": 0, "harness_s": 0},
}


def has_exactly(value: Any, shape: Any) -> None:
    if isinstance(shape, dict):
        assert set(value) == set(shape)
        for name, inner in shape.items():
            has_exactly(value[name], inner)
    elif isinstance(shape, list):
        for item in value:
            has_exactly(item, shape[0])


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
def test_report_json_has_exactly_the_keys_of_the_contract(run: HostRun) -> None:
    has_exactly(json.loads(rendered("json", run)), SCHEMA)


def test_report_json_says_what_happened() -> None:
    report = json.loads(rendered("json", examples.passed()))
    assert report["host"]["os"] == {
        "id": "debian",
        "version": "12",
        "pretty_name": "Debian GNU/Linux 12 (bookworm)",
    }
    assert report["status"] == "passed"
    pain = report["pain_points"][0]
    assert (pain["id"], pain["severity"], pain["how"], pain["outcome"]) == (
        "docker-sock-permission-denied",
        "major",
        "encountered",
        "remedied",
    )
    assert pain["remedy"] == {"commands": ["sudo usermod -aG docker newcomer"], "kind": "safe"}
    assert pain["evidence"]["exit_code"] == 1
    assert report["timings"]["harness_s"] == pytest.approx(4.12)


def test_unknown_is_null() -> None:
    report = json.loads(rendered("json", examples.unreachable()))
    assert report["host"]["os"] == {"id": None, "version": None, "pretty_name": None}
    assert report["versions"] == {"engine": None, "compose": None, "buildx": None}
    assert report["ratings"]["task"]["measured"] is None
    report = host_report(examples.passed(), {})
    unknown = json.loads(json_reporter.host(report, {}, lambda name: Printed()))
    assert unknown["pain_points"][0]["severity"] is None


def test_the_whole_run_as_json() -> None:
    whole = json.loads(rendered_run("json", *KINDS))
    assert set(whole) == {"schema", "run", "exit_code", "hosts"}
    assert (whole["schema"], whole["exit_code"], len(whole["hosts"])) == (1, 4, len(KINDS))
    for host in whole["hosts"]:
        has_exactly(host, SCHEMA)


# --- JUnit ------------------------------------------------------------------------------------


def test_junit_counts_failures_and_hosts_that_were_not_reached() -> None:
    root = ElementTree.fromstring(rendered_run("junit", *KINDS).encode())
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert len(suites) == len(KINDS)
    assert suites["web3"].get("failures") == "1"
    assert suites["10.0.0.9-2222"].get("errors") == "1"
    assert suites["debian-12"].get("failures") == suites["debian-12"].get("errors") == "0"
    assert suites["web7"].get("skipped") == "13"
    failure = suites["web3"].find(".//failure")
    assert failure is not None
    assert "Temporary failure resolving" in (failure.text or "")
    out = suites["debian-12"].find("system-out")
    assert out is not None
    assert "docker-sock-permission-denied: major, encountered at use-without-sudo, remedied" in (
        out.text or ""
    )


# --- reproduce.sh -----------------------------------------------------------------------------


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_script_is_one_a_shell_can_read(run: HostRun, shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")
    script = tmp_path / "reproduce.sh"
    script.write_text(rendered("script", run), "utf-8", "replace")
    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0


def test_the_script_has_the_commands_really_run_in_order() -> None:
    script = rendered("script", examples.passed())
    wanted = [
        "sudo apt-get update",
        "docker version || true  # ended with 1",
        "sudo usermod -aG docker newcomer",
        "log out and in again",
        "docker version\n",
        "copy 5 files",
        "docker compose up -d",
        "docker compose down -v",
    ]
    places = [script.index(words) for words in wanted[:4]]
    places += [script.index(words, places[-1]) for words in wanted[4:]]
    assert places == sorted(places)
    assert "echo probe" not in script  # the survey only looked
    assert "set -eu" in script


def test_the_script_goes_on_after_a_restart_in_a_part_of_its_own() -> None:
    made = [
        CommandRun("reboot", "apply", "sudo systemctl reboot", "systemctl reboot", True, 0, 9, ""),
        CommandRun("after-reboot", "try", "docker version", "docker version", False, 0, 0.1, ""),
    ]
    commands = [{"event": "command", **examples.event_lines.fields(one)} for one in made]
    run = examples.replay.host_run(
        [
            examples.host("h"),
            *(one for c in commands for one in examples.step(c["step"], "changed", c)),
        ]
    )
    script = rendered("script", run)
    told, restarts, ends = (
        "then go on with: sh $0 2",
        "\nsudo systemctl reboot\nfi\n",
        '"$part" -eq 2',
    )
    assert script.index(told) < script.index(restarts) < script.index(ends)
    assert script.index(ends) < script.index("\ndocker version\n")


def test_the_script_really_runs_part_by_part(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    secret = "http://newcomer:********@pip"
    made = [
        CommandRun("a", "apply", "echo one", f"echo one >> {seen}", False, 0, 0.1, ""),
        CommandRun("a", "try", "false", "false", False, 1, 0.1, ""),
        CommandRun("a", "remedy", "log out and in again", "", False, 0, 0.1, ""),
        CommandRun(
            "a",
            "apply",
            "x",
            f"cd {tmp_path}\nif true; then echo \"$URL\" 'it'\\''s' >> {seen}\nfi",
            False,
            0,
            0.1,
            "",
            env={"URL": secret},
        ),
        CommandRun("a", "apply", "x", f"cd {tmp_path} && pwd", False, 0, 0.1, ""),
        CommandRun(
            "a", "apply", "x", f'test "$PWD" != {tmp_path} && echo two >> {seen}', False, 0, 0.1, ""
        ),
    ]
    run = examples.replay.host_run(
        [
            examples.host("h"),
            *examples.step(
                "a",
                "changed",
                *[{"event": "command", **examples.event_lines.fields(one)} for one in made],
            ),
        ]
    )
    script = tmp_path / "reproduce.sh"
    script.write_text(rendered("script", run))
    first = subprocess.run(["sh", str(script)], check=True, capture_output=True, text=True)
    assert "go on with: sh" in first.stdout
    assert seen.read_text() == "one\n"
    without = subprocess.run(["sh", str(script), "2"], check=False, capture_output=True, text=True)
    assert without.returncode != 0
    assert "set SECRET" in without.stderr
    environment = {"SECRET": "p w'", "PATH": "/usr/bin:/bin"}
    subprocess.run(
        ["sh", str(script), "2"], check=True, env=environment, cwd="/", capture_output=True
    )
    assert seen.read_text() == "one\nhttp://newcomer:p w'@pip it's\ntwo\n"


def test_words_of_a_host_are_comments_in_the_script() -> None:
    hostile = examples.HOSTILE
    run = examples.replay.host_run(
        [
            examples.host(hostile, user=hostile),
            *examples.step(
                hostile,
                "failed",
                examples.command(hostile, hostile, script="true", pain=hostile),
                title=hostile,
            ),
            examples.end("failed"),
        ]
    )
    for number, words in enumerate(rendered("script", run).split("\n")):
        if "evil" in words or "rm -rf" in words or "reboot" in words:
            assert words.startswith("#"), number


@pytest.mark.parametrize(
    ("script", "as_root", "env", "expected"),
    [
        ("docker info", False, {}, "docker info"),
        ("apt-get update", True, {}, "sudo apt-get update"),
        (
            "apt-get update",
            True,
            {"DEBIAN_FRONTEND": "noninteractive"},
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get update",
        ),
        ("cd ~/a && ls", False, {}, "( cd ~/a && ls )"),
        ("cd ~/a && ls", True, {}, "sudo sh -c 'cd ~/a && ls'"),
        ("A=1 ls", True, {}, "sudo sh -c 'A=1 ls'"),
        ("ls ~/x", True, {}, "sudo sh -c 'ls ~/x'"),
        ("exit 3", False, {}, "sh -c 'exit 3'"),
        ("", False, {}, ""),
    ],
)
def test_a_command_as_a_person_would_type_it(
    script: str, as_root: bool, env: dict[str, str], expected: str
) -> None:
    command = CommandRun("s", "apply", "x", script, as_root, 0, 1.0, "", env=env)
    assert line(command) == expected


# --- writing ----------------------------------------------------------------------------------


def test_everything_is_written_where_the_contract_says(tmp_path: Path) -> None:
    assert write_all(run_report(*examples.all_kinds()), tmp_path, CATALOGUE) == ()
    assert {path.name for path in tmp_path.iterdir()} == {
        "hosts",
        "index.md",
        "index.html",
        "junit.xml",
        "summary.md",
    }
    for folder in (tmp_path / "hosts").iterdir():
        assert {path.name for path in folder.iterdir()} == {
            "report.md",
            "report.html",
            "report.json",
            "reproduce.sh",
            "terminal.cast",
        }
    assert (tmp_path / "hosts" / "debian-12" / "reproduce.sh").stat().st_mode & 0o100


def test_a_fault_in_one_format_does_not_cost_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(report: Report, catalogue: Catalogue, logs: formats.Logs) -> str:
        raise KeyError("oops")

    found = dict(formats.reporters())
    found["json"] = formats.Reporter("json", host_file="report.json", host=broken)
    monkeypatch.setattr(formats, "reporters", lambda: found)
    faults = write_host(host_report(examples.passed(), CATALOGUE), tmp_path, CATALOGUE)
    assert faults == ("report.json (json): KeyError: 'oops'",)
    assert (tmp_path / "report.md").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("in the way")
    faults = write_all(run_report(examples.passed()), tmp_path, CATALOGUE)
    assert any("NotADirectoryError" in fault or "FileExistsError" in fault for fault in faults)


def test_many_hosts_are_rendered_fast(tmp_path: Path) -> None:
    runs = [examples.passed(f"web{number}") for number in range(30)]
    began = time.perf_counter()
    assert write_all(run_report(*runs), tmp_path, CATALOGUE) == ()
    assert time.perf_counter() - began < 10


def test_what_is_to_be_done_and_no_command_is_a_comment() -> None:
    cure = catalogue()["docker-sock-permission-denied"].remedy
    assert cure
    *typed, last = told(cure.commands)
    assert last == "# log out and in again"
    assert typed == ["sudo usermod -aG docker $USER"]
    assert told(("service docker start", "wait until docker answers")) == (
        "service docker start",
        "# wait until docker answers",
    )
