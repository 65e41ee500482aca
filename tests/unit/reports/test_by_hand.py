"""What a report says to type by hand: all that worked, nothing that did not, ready to copy."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import example_runs as examples
from onramp.evidence import event_lines, replay
from onramp.evidence.replay import Event
from onramp.model.run import HostRun
from onramp.model.stack import Stack, StackFile
from onramp.pipeline import stack_listing
from onramp.reports.form import by_hand

COMPOSE = "services:\n  web:\n    image: x\n    command: echo '$$HOME' `a` !\nEOF\n"


def stack_of(**files: bytes) -> Stack:
    named = {name.replace("_dot_", ".").replace("__", "/"): text for name, text in files.items()}
    return Stack("hello-world", "/x", named, {name: 0o644 for name in named})


def run_of(*events: Event, status: str = "passed", **host: Any) -> HostRun:
    return replay.host_run([examples.host("h", **host), *events, examples.end(status)])


def files(stack: Stack) -> Event:
    return {"event": "files", "files": event_lines.jsonable(stack_listing.files(stack))}


def blocks(run: HostRun) -> dict[str, list[str]]:
    """What is to be copied, by its title without the number."""
    found: dict[str, list[str]] = {}
    tokens = MarkdownIt("commonmark").parse(by_hand.section(run))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            found[re.sub(r"^\d+\. ", "", tokens[place + 1].content)] = []
        elif token.type == "fence":
            found[next(reversed(found))].append(token.content)
    return found


def installed(*commands: Event) -> dict[str, list[str]]:
    events = examples.step("install-engine", "changed", *commands, title="Install")
    return blocks(run_of(*events, *examples.stack()))


def test_all_that_worked_and_nothing_else_in_its_order() -> None:
    found = blocks(examples.passed())
    assert found["Install Docker Engine from Docker's repository"] == [
        "sudo apt-get update\n"
        "# sudo tee /etc/apt/sources.list.d/docker.sources\n"
        "sudo sh -c 'cat > /etc/apt/sources.list.d/docker.sources <<'\"'\"'E'\"'\"'\n"
        "Types: deb\nURIs: https://download.docker.com/linux/debian\nE'\n"
    ]
    assert found["Use Docker without sudo"] == [
        "# against docker-sock-permission-denied:\nsudo usermod -aG docker newcomer\n"
    ]
    assert list(found).index("Log out and log in again") == (
        list(found).index("Use Docker without sudo") + 1
    )
    assert "docker version" not in str(found)  # it failed, and later was only a look
    (down,) = found["Stop it and take it down"]
    assert "cd ~/onramp/hello-world\n" in down  # it may be typed in another login
    assert [line for line in down.split("\n") if line.startswith("docker")] == [
        "docker compose stop",
        "docker compose down",
        "docker compose down -v",
    ]


def test_a_masked_secret_is_asked_for_and_not_typed() -> None:
    (lines,) = blocks(examples.passed())["Build the images"]
    assert "SECRET:?" in lines
    assert "newcomer:********@" not in lines


def test_the_same_page_twice_is_typed_twice_but_an_attempt_only_once() -> None:
    def apt(what: str, attempt: int, **more: Any) -> Event:
        return examples.command(
            "install-engine", f"apt-get {what}", as_root=True, attempt=attempt, **more
        )

    found = installed(
        apt("update", 1),
        apt("install -y curl", 1),
        apt("update", 1),
        apt("install -y docker-ce", 1, exit_code=100),
        apt("update", 2),
        apt("install -y curl", 2),
        apt("update", 2),
        apt("install -y docker-ce", 2),
    )
    assert found["Install"] == [
        "sudo apt-get update\nsudo apt-get install -y curl\n"
        "sudo apt-get update\nsudo apt-get install -y docker-ce\n"
    ]


def test_what_a_remedy_took_away_again_is_not_typed() -> None:
    def typed(what: str, role: str = "apply", **more: Any) -> Event:
        return examples.command("install-engine", what, role, as_root=True, **more)

    events = examples.step(
        "install-engine",
        "changed",
        typed("apt-get update"),
        typed("chmod a+r /etc/apt/x"),
        typed("install -d /etc/docker"),
        typed("apt-get install docker-ce", exit_code=100),
        typed("rm -f /etc/apt/x /etc/apt/y", "remedy", pain="apt-no-release-file"),
        typed("apt-get update"),
        typed("apt-get install -y docker.io"),
        title="Install",
    )
    met = examples.finding(
        "apt-no-release-file", "install-engine", "apt-get update", 100, "E:", outcome="remedied"
    )
    found = blocks(run_of(*events, met, *examples.stack()))
    assert found["Install"] == [
        "sudo apt-get update\nsudo install -d /etc/docker\n"
        "# against apt-no-release-file:\nsudo rm -f /etc/apt/x /etc/apt/y\n"
        "sudo apt-get update\nsudo apt-get install -y docker.io\n"
    ]
    unhelpful = {**met, "outcome": "unresolved"}
    assert "rm -f" not in str(blocks(run_of(*events, unhelpful, *examples.stack())))


def test_records_and_looks_are_onramps_own() -> None:
    found = installed(
        examples.command("install-engine", "note it", script="echo x >> /var/lib/onramp/engine"),
        examples.command("install-engine", "note what the engine holds", script=""),
        examples.command("install-engine", "apt-get update", as_root=True),
    )
    assert found["Install"] == ["sudo apt-get update\n"]


@pytest.mark.parametrize(
    ("script", "typed"),
    [
        ("rm -f a b", "sudo rm -f a b"),
        ("apt-get install -y 'docker-ce'", "sudo apt-get install -y 'docker-ce'"),
        ("a && b", "sudo env A=1 sh -c 'a && b'"),
        ("echo x > /etc/y", "sudo env A=1 sh -c 'echo x > /etc/y'"),
    ],
)
def test_sudo_covers_the_whole_of_a_command(script: str, typed: str) -> None:
    env = {"A": "1"} if "env" in typed else {"DEBIAN_FRONTEND": "noninteractive"}
    shown = f"sudo {script}"
    row = examples.command("install-engine", shown, as_root=True, script=script, env=env)
    assert installed(row)["Install"] == [f"{typed}\n"]


def test_a_proxy_reaches_what_root_runs() -> None:
    env = {"DEBIAN_FRONTEND": "noninteractive", "http_proxy": "http://p:3128"}
    row = examples.command("install-engine", "apt-get update", as_root=True, env=env)
    assert installed(row)["Install"] == ["sudo env http_proxy=http://p:3128 apt-get update\n"]


def test_root_types_no_sudo() -> None:
    row = examples.command("install-engine", "apt-get update", as_root=True)
    events = examples.step("install-engine", "changed", row, title="Install")
    assert blocks(run_of(*events, *examples.stack(), user="root"))["Install"] == [
        "apt-get update\n"
    ]


# --- files ------------------------------------------------------------------------------------


def test_files_are_written_exactly_by_what_is_to_be_typed(tmp_path: Path) -> None:
    stack = stack_of(
        compose_dot_yaml=COMPOSE.encode(), src__run_dot_sh=b"#!/bin/sh\n\techo '$1' \\\n", empty=b""
    )
    stack.modes["src/run.sh"] = 0o755  # type: ignore[index]
    found = blocks(run_of(files(stack), *examples.stack()))
    script = "\n".join(found["copy-stack"])
    subprocess.run(["bash", "-e"], input=script, text=True, env={"HOME": str(tmp_path)}, check=True)
    there = tmp_path / "onramp/hello-world"
    assert {
        str(path.relative_to(there)): path.read_bytes()
        for path in there.rglob("*")
        if path.is_file()
    } == stack.files
    assert (there / "src/run.sh").stat().st_mode & 0o100


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (".env", b"A=1", "it may hold secrets"),
        ("compose.yaml", b"environment: {POSTGRES_PASSWORD: hunter2}", "it may hold secrets"),
        ("pip.conf", b"index-url = https://me:hunter2@pip.example/", "it may hold secrets"),
        ("logo.png", b"\x89PNG\xff", "it is no text"),
        ("x", b"a\x1b[31mb", "it has characters that do not show"),
        ("x", b"a" * 5000, "it is long"),
    ],
)
def test_what_cannot_be_shown_is_named_with_its_reason(name: str, content: bytes, why: str) -> None:
    stack = Stack("hello-world", "/x", {name: content, "Dockerfile": b"FROM x\n"})
    assert stack_listing.files(stack)[0] == StackFile(name, "", why)
    said = by_hand.section(run_of(files(stack), *examples.stack()))
    assert f"`{name}` ({why})" in said
    assert "hunter2" not in said
    assert "cat > Dockerfile <<'EOF'" in said


def test_damaged_rows_of_files_are_left_out() -> None:
    rows = [{"text": "no path"}, {"path": "app.py", "text": "x = 1\n", "later": "field"}]
    assert run_of({"event": "files", "files": rows}).files == (StackFile("app.py", "x = 1\n"),)


def test_a_large_stack_is_copied_as_a_directory() -> None:
    stack = Stack("hello-world", "/x", {f"f{n}": b"x" * 3000 for n in range(5)})
    assert stack_listing.files(stack) == ()
    said = by_hand.section(run_of(files(stack), *examples.stack()))
    assert "`scp -r hello-world/. newcomer@10.99.0.2:onramp/hello-world/`" in said


# --- runs that did not get so far -------------------------------------------------------------


def test_where_nothing_was_typed_there_is_nothing_to_type() -> None:
    for run in (examples.unreachable(), examples.planned(), examples.hostile()):
        assert by_hand.title(run) == ""


def test_a_run_that_failed_says_how_far_its_lines_lead() -> None:
    run = examples.unexplained()
    assert by_hand.title(run) == by_hand.PARTLY
    assert "the stack did not come up in this run" in by_hand.section(run)
    assert "docker compose up" not in str(blocks(run))
    assert "See that it works" not in blocks(run)


def test_a_stack_left_up_is_told_how_to_be_taken_down() -> None:
    there = "cd ~/onramp/hello-world && docker compose"
    env = {"COMPOSE_PROJECT_NAME": "onramp-hello-world"}
    up = examples.command("up", "docker compose up -d", script=f"{there} up -d", env=env)
    found = blocks(run_of(examples.plan(), *examples.step("up", "changed", up)))
    assert found["Stop it and take it down"] == [
        "export COMPOSE_PROJECT_NAME=onramp-hello-world\n"
        "cd ~/onramp/hello-world\n"
        "docker compose down -v\n"
    ]


def test_nothing_a_host_said_is_typed_unless_it_is_harmless() -> None:
    bad = ["image x\rreboot #", "image $(reboot)", "directory -rf", "image a b", "image 'x"]
    left = {"event": "leftovers", "items": [*bad, "image redis:alpine", "directory onramp/x"]}
    found = blocks(run_of(examples.plan(), *examples.stack(), left))
    assert found["Give the disk space back"] == [
        "cd\ndocker image rm redis:alpine\nrm -r ~/onramp/x\n"
    ]
    row = examples.command("install-engine", "usermod -aG docker 'x\rreboot #'", as_root=True)
    assert "reboot" not in by_hand.section(
        run_of(*examples.step("install-engine", "changed", row), *examples.stack())
    )


def test_without_curl_nobody_is_told_to_type_it() -> None:
    found = blocks(examples.passed())["See that it works"]
    assert found == ["docker compose ps\n"]
    facts = {"event": "facts", "commands": ["curl"]}
    seen = blocks(run_of(examples.plan(), *examples.stack(), facts))
    assert seen["See that it works"] == [
        "until curl -fsS http://127.0.0.1:8000/; do sleep 1; done\n"
    ]
