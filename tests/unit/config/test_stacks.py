"""Stacks as users keep them, and what is said of one that is at fault."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onramp.config import compose_file as compose
from onramp.config import load_stack, stack_files, yaml_file
from onramp.errors import UsageError
from onramp.model.stack import HttpCheck, Stack
from places import ROOT

COMPOSE = "services: {web: {image: x, ports: ['8080:80']}, db: {image: y}}"
Make = Callable[..., Path]
Load = Callable[[str], Stack]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def _make(compose_text: str = COMPOSE, *, name: str = "app", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "compose.yaml").write_text(compose_text)
        for file, text in files.items():
            path = folder / file.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    return _make


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return lambda text: load_stack.load(text, cwd=tmp_path, project_root=ROOT)


# --- hello-world -----------------------------------------------------------------------------


def test_hello_world() -> None:
    stack = load_stack.load("hello-world", cwd=Path("/"), project_root=ROOT)
    assert set(stack.files) == {"app.py", "requirements.txt", "docker-compose.yml", "Dockerfile"}
    assert (stack.name, stack.compose_file) == ("hello-world", "docker-compose.yml")
    assert (stack.services, stack.ports, stack.persistent) == (("web", "redis"), (8000,), True)
    (check,) = stack.http
    found = re.search(check.counter, "Hello World! I have been seen 41 times.\n")
    assert found
    assert found[1] == "41"
    assert check.contains in "Hello World! I have been seen 41 times.\n"


def test_hello_world_is_as_a_newcomer_writes_it() -> None:
    stack = load_stack.load("hello-world", cwd=Path("/"), project_root=ROOT)
    dockerfile = stack.files["Dockerfile"].decode()
    assert "FROM python:3.12-alpine" in dockerfile
    assert not re.search(r"\b(apk|apt|apt-get|curl|tini)\b", dockerfile)
    document = yaml_file.read(Path(stack.directory) / stack.compose_file, shown="x")
    services = document["services"]
    assert services["redis"]["image"] == "redis:alpine"
    assert not {"init", "stop_grace_period", "stop_signal"} & set(services["web"])
    for value in services["web"]["build"]["args"].values():
        assert compose.interpolated(value, {}) == ""
        assert compose.interpolated(value, {"PIP_INDEX_URL": "u", "PIP_TRUSTED_HOST": "u"}) == "u"


def test_the_default_page_counts_from_its_own_source() -> None:
    source = (ROOT / "stacks/hello-world/app.py").read_text()
    assert "Hello World! I have been seen" in source


# --- finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my app", "it's", 'say "hi"', "$(id)", "ünï", "-x", "a\\b"])
def test_a_path_may_hold_anything(make: Make, load: Load, tmp_path: Path, name: str) -> None:
    folder = make(name=name)
    for text in (f"./{name}", str(folder), f"{name}/"):
        stack = load(text)
        assert stack.directory == str(folder)
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", stack.name)


def test_a_compose_file_may_be_named_itself(make: Make, load: Load) -> None:
    make(other_dot_yml="services: {a: {image: x}}")
    assert load("app").compose_file == "compose.yaml"
    stack = load("app/other.yml")
    assert (stack.compose_file, stack.services) == ("other.yml", ("a",))


def test_composes_own_order_of_names(make: Make, load: Load) -> None:
    folder = make()
    (folder / "compose.yaml").unlink()
    for name in reversed(compose.FILE_NAMES):
        (folder / name).write_text(COMPOSE)
        assert load("app").compose_file == name


def test_the_projects_own_stack_wins_over_a_directory_of_that_name(
    make: Make, load: Load, tmp_path: Path
) -> None:
    folder = make(name="hello-world")
    assert load("hello-world").directory == str(ROOT / "stacks/hello-world")
    assert load("./hello-world").directory == str(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("helo-world", "--stack: no stack 'helo-world' · did you mean hello-world? (or a path)"),
        ("./nowhere", "--stack: no directory './nowhere'"),
        ("../../etc/nowhere", "--stack: no directory"),
        ("", "--stack is empty"),
        ("a\0b", "--stack is empty"),
        ("x" * 5000, "--stack: "),
        ("empty", "stack empty: no compose file in"),
        ("empty", "expected one of compose.yaml, compose.yml, docker-compose.yml, docker"),
    ],
)
def test_not_found_is_one_line(load: Load, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError) as error:
        load(text)
    assert says in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "compose.yaml: is empty"),
        ("- a", "compose.yaml: found a list, expected a mapping with services"),
        ("volumes: {}", "compose.yaml: services: found nothing, expected a mapping of services"),
        ("servces: {a: {}}", "did you mean services instead of servces?"),
        ("services: {}", "services: found nothing"),
        ("services: [web]", "services: found a list"),
        ("services: {web: [a]}", "services.web: found a list, expected a mapping"),
        ("services:\n\tweb:\n", "compose.yaml:2: found a tab"),
        ("services: {a: {}, a: {}}", "compose.yaml:1: key 'a' is given twice"),
        ("services: {a: {image: x\n", "compose.yaml:1: not YAML"),
    ],
)
def test_a_compose_file_at_fault(make: Make, load: Load, text: str, says: str) -> None:
    make(text)
    with pytest.raises(UsageError, match="^stack app: ") as error:
        load("app")
    assert says in str(error.value)


# --- files -----------------------------------------------------------------------------------


def test_files_modes_links_and_what_stays_behind(make: Make, load: Load) -> None:
    folder = make(_dot_env="A=1", src__run_dot_sh="x", _dot_git__config="x")
    (folder / "src/__pycache__").mkdir()
    (folder / "src/__pycache__/x.pyc").touch()
    (folder / "src/run.sh").chmod(0o750)
    (folder / "link").symlink_to("src/run.sh")
    (folder / "again").symlink_to("src")
    stack = load("app")
    assert set(stack.files) == {
        "compose.yaml", ".env", "src/run.sh", "link", "again/run.sh",
    }  # fmt: skip
    assert stack.modes["src/run.sh"] == 0o750
    assert stack.files["link"] == b"x"


def test_links_that_leave_or_lead_nowhere(make: Make, load: Load) -> None:
    folder = make()
    cases: list[tuple[str, str]] = [
        ("/etc/passwd", "is a link to /etc/passwd"),
        ("..", "is a link to"),
        ("gone", "is a link to nothing"),
        (".", "is a link to a directory it lies in"),
        ("loop", "loop"),
    ]
    for target, says in cases:
        (folder / "loop").symlink_to(target)
        with pytest.raises(UsageError, match="^stack app: ") as error:
            load("app")
        assert says in str(error.value)
        (folder / "loop").unlink()


def test_what_is_no_file_is_refused_and_not_waited_for(make: Make, load: Load) -> None:
    os.mkfifo(make() / "pipe")
    with pytest.raises(UsageError, match="pipe is neither a file nor a directory"):
        load("app")


def test_odd_file_names_are_refused(make: Make, load: Load) -> None:
    (make() / "a\nb").touch()
    with pytest.raises(UsageError, match="unprintable") as error:
        load("app")
    assert str(error.value).isprintable()


def test_file_names_that_are_no_text_are_refused(make: Make, load: Load) -> None:
    (Path(os.fsdecode(os.fsencode(make()) + b"/\xff"))).touch()
    with pytest.raises(UsageError, match="unprintable"):
        load("app")


def test_too_large_names_the_biggest(make: Make, load: Load) -> None:
    folder = make(node_modules__x="x")
    with (folder / "node_modules/x").open("wb") as file:
        file.truncate(stack_files.LARGEST_BYTES + 1)
    with pytest.raises(UsageError, match="more than 50 MB; the most are in 'node_mod"):
        load("app")


def test_links_that_multiply_are_counted(make: Make, load: Load) -> None:
    folder = make(d0__x="x")
    for depth in range(1, 9):
        (folder / f"d{depth}").mkdir()
        for number in range(9):
            (folder / f"d{depth}/l{number}").symlink_to(f"../d{depth - 1}")
    (folder / "d0/x").unlink()
    with pytest.raises(UsageError, match="more than 5000 files and directories"):
        load("app")


def test_links_that_lead_to_one_another(make: Make, load: Load) -> None:
    folder = make(a__x="x", b__x="x")
    (folder / "a/l").symlink_to("../b")
    (folder / "b/l").symlink_to("../a")
    with pytest.raises(UsageError, match="a/l/l is a link to a directory it lies in"):
        load("app")


# --- stack.yml -------------------------------------------------------------------------------


def test_a_check_list(make: Make, load: Load) -> None:
    make(
        stack_dot_yml="""
title: Mine
http: [{port: 8080, path: /x, status: 204, contains: a, counter: 'n=(\\d+)', within_s: 5}]
services: [web]
persistent: false
up_timeout_s: 9
env: {PORT: 8000, A: b}
reviewer: {ratings: {task: 7}, strengths: [fast, small], mlops: early on}
"""
    )
    stack = load("app")
    assert stack.http == (HttpCheck(8080, "/x", 204, "a", r"n=(\d+)", 5),)
    assert (stack.title, stack.services, stack.persistent) == ("Mine", ("web",), False)
    assert (stack.up_timeout_s, stack.env) == (9, {"PORT": "8000", "A": "b"})
    assert stack.reviewer == {
        "ratings": {"task": 7}, "strengths": ["fast", "small"], "mlops": "early on",
    }  # fmt: skip
    assert "stack.yml" not in stack.files


def test_without_a_check_list(make: Make, load: Load) -> None:
    make("services: {web: {image: x}, tool: {image: y, profiles: [debug]}}")
    stack = load("app")
    assert (stack.services, stack.http) == (("web",), ())
    assert (stack.persistent, stack.reviewer) == (None, {})


def test_a_swarm_file_of_that_name_is_the_users_own(make: Make, load: Load) -> None:
    make(stack_dot_yml="version: '3'\nservices: {a: {image: x}}")
    stack = load("app")
    assert "stack.yml" in stack.files
    assert stack.services == ("web", "db")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "stack.yml: found a list, expected a mapping"),
        ("htp: []", "unknown key 'htp' · did you mean http?"),
        ("http: [{prt: 80}]", "http[0]: unknown key 'prt' · did you mean port?"),
        ("array: 1", "unknown key 'array'"),
        ("http: [{port: 0}]", "http[0].port: "),
        ("http: [{port: '80'}]", "http[0].port: expected a whole number, got text"),
        ("http: [{path: /}]", "missing required field port"),
        ("http: [{port: 80, path: x}]", "http[0].path: expected ASCII text beginning with /"),
        ("http: [{port: 80, path: /é}]", "http[0].path: expected ASCII text"),
        ("http: [{port: 80, counter: '('}]", "http[0].counter: no regular expression"),
        ("http: [{port: 80, counter: x}]", "http[0].counter: found 0 groups, expected one"),
        ("http: {port: 80}", "http: expected a list, got a mapping"),
        ("http: [{port: 80, counter: '(x{99999999999})'}]", "no regular expression"),
        ("http: [{port: 80, counter: '((\\d+)+$)'}]", "found a repetition within a repetition"),
        ("http: [{port: 80, counter: '(?:a+|b)*(\\d)'}]", "a repetition within a repetition"),
        ('title: "a\\nb"', "title: found a control character"),
        ("env: {a b: x}", "env: 'a b' is no variable name"),
        ('env: {A: "a\\0"}', "env.A: holds a NUL character"),
        ("http: !tag x", "http: expected a list, got a tagged value"),
        ("services: [wbe]", "no service 'wbe' in the compose file · did you mean web?"),
        ("persistent: maybe", "persistent: expected true or false"),
        ("up_timeout_s: 0", "up_timeout_s: "),
        ("env: {A: yes}", "env[...]: expected text, got true or false"),
        ("reviewer: {ratings: {task: 11}}", "reviewer.ratings.task: expected a whole number <= 10"),
        ("reviewer: {strenghts: x}", "reviewer: unknown key 'strenghts' · did you mean strengths?"),
        ("reviewer: {ratings: {tusk: 1}}", "reviewer.ratings: unknown key 'tusk'"),
        ("a: 1\na: 2", "stack.yml:2: key 'a' is given twice"),
    ],
)
def test_a_check_list_at_fault(make: Make, load: Load, text: str, says: str) -> None:
    make(stack_dot_yml=text)
    with pytest.raises(UsageError, match="^stack app: stack.yml:") as error:
        load("app")
    assert says in str(error.value)
    assert str(error.value).isprintable()


# --- evaluation.yml --------------------------------------------------------------------------


def test_answers_are_read_and_stay_behind(make: Make, load: Load) -> None:
    make(evaluation_dot_yml="tool: T.\nwishlist: [a, b]\nconcerns:\nratings: {task: 7}")
    stack = load("app")
    assert stack.reviewer == {"tool": "T.", "wishlist": ["a", "b"], "ratings": {"task": 7}}
    assert set(stack.files) == {"compose.yaml"}


def test_hello_worlds_own_answers_stay_behind_too() -> None:
    stack = load_stack.load("hello-world", cwd=Path("/"), project_root=ROOT)
    assert {"tool", "procedure"} <= set(stack.reviewer)
    assert "evaluation.yml" not in stack.files


def test_an_applications_own_evaluation_yml_is_copied(make: Make, load: Load) -> None:
    folder = make(evaluation_dot_yml="metrics: [f1, auc]\ndataset: x")
    assert "evaluation.yml" in load("app").files
    assert load("app").reviewer == {}
    (folder / "evaluation.yml").write_text("{{ a template of ours")
    assert "evaluation.yml" in load("app").files
    (folder / "evaluation.yml").write_text("metrics: [f1, auc]")
    (folder / "stack.yml").write_text("title: Mine")  # from here on it is Onramp's
    with pytest.raises(UsageError, match="evaluation.yml: unknown key 'metrics'"):
        load("app")


def test_answers_in_two_places_are_not_lost(make: Make, load: Load) -> None:
    make(evaluation_dot_yml="tool: T.", stack_dot_yml="reviewer: {concerns: x}")
    with pytest.raises(UsageError, match="stack.yml has answers too, under reviewer") as error:
        load("app")
    assert "move them into evaluation.yml" in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "found a list, expected a mapping"),
        ("toool: x", "unknown key 'toool' · did you mean tool or tools?"),
        ("tool: 7", "tool: expected text or a list, got a whole number"),
        ("tool: [{a: b}]", "tool[0]: expected text, got a mapping"),
        ("ratings: {task: 11}", "ratings.task: expected a whole number <= 10"),
        ("ratings: {tusk: 1}", "ratings: unknown key 'tusk' · did you mean task?"),
        ("tool: !secret x", "tool: expected text or a list, got a tagged value"),
        ("tool: a\ntool: b", "evaluation.yml:2: key 'tool' is given twice"),
        ("tool: [", "not YAML"),
    ],
)
def test_answers_at_fault(make: Make, load: Load, text: str, says: str) -> None:
    make(evaluation_dot_yml=text, stack_dot_yml="")
    with pytest.raises(UsageError, match="^stack app: evaluation.yml") as error:
        load("app")
    assert says in str(error.value)
    assert str(error.value).isprintable()


# --- ports -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "ports"),
    [
        ("'3000'", ()),
        ("3000", ()),
        ("8000:80", (8000,)),
        ("22:22", (22,)),
        ("8000-8002:80-82", (8000, 8001, 8002)),
        ("127.0.0.1:8001:80", (8001,)),
        ("'127.0.0.1::80'", ()),
        ("'[::1]:8001:80'", (8001,)),
        ("'0.0.0.0:8001-8002:80-81/tcp'", (8001, 8002)),
        ("53:53/udp", ()),
        ("'${PORT:-8000}:80'", (8000,)),
        ("'${PORT-8000}:80'", (8000,)),
        ("'${PORT}:80'", ()),
        ("'$PORT:80'", ()),
        ("'${SET:-1}:80'", (9000,)),
        ("'${SET}:80'", (9000,)),
        ("'$SET:80'", (9000,)),
        ("'${EMPTY:-7}:80'", (7,)),
        ("'${PORT:?needed}:80'", ()),
        ("'${PORT:-${OTHER:-1}}:80'", ()),
        ("'${SET:+6}:80'", (6,)),
        ("99999:80", ()),
        ("1-65535:1-65535", ()),
        ("'x:y'", ()),
        ("{target: 80, published: 8080}", (8080,)),
        ("{target: 80, published: '8080-8081'}", (8080, 8081)),
        ("{target: 80, published: '${SET}'}", (9000,)),
        ("{target: 80}", ()),
        ("{target: 80, published: 8080, protocol: udp}", ()),
    ],
)
def test_published_ports(make: Make, load: Load, row: str, ports: tuple[int, ...]) -> None:
    make(f"services: {{web: {{image: x, ports: [{row}]}}}}", _dot_env="SET=9000\nEMPTY=\n")
    assert load("app").ports == ports


def test_ports_of_profiles_and_odd_shapes_are_left_out(make: Make, load: Load) -> None:
    make("""
services:
  a: {image: x, ports: ['1:1', '2:2', '1:1']}
  b: {image: x, ports: ['3:3'], profiles: [debug]}
  c: {image: x, ports: nonsense}
  d: {image: x, ports: !reset null}
""")
    assert load("app").ports == (1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("$$HOME", "$HOME"), ("a", "a"), ("${A:-b}c", "bc"), ("${A", None), ("", "")],
)
def test_interpolation(text: str, expected: Any) -> None:
    assert compose.interpolated(text, {}) == expected
