"""Onramp installed from its wheel, in an empty environment outside the clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from onramp import __version__
from places import ROOT

LARGEST_BYTES = 2_000_000
SOCKET = "permission denied while trying to connect to the Docker daemon socket at unix:///x"
SHIPPED = ("stacks", "inventory", "Vagrantfile")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as anybody builds it, from the files that git knows."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(
        ["tar", "--create", "--null", "--files-from=-", "--file", source / "all.tar"],
        input=files.stdout, cwd=ROOT, check=True,
    )  # fmt: skip
    subprocess.run(["tar", "--extract", "--file", "all.tar"], cwd=source, check=True)
    (source / "all.tar").unlink()
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", out, source)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`onramp` in an environment of its own."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip(place / "bin/python", "install", wheel)
    return place / "bin/onramp"


def pip(python: str | Path, *words: str | Path) -> None:
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, capture_output=True)


def run(
    program: Path, words: Sequence[str | Path], cwd: Path, said: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [program, *words], cwd=cwd, env=environment, input=said, capture_output=True, text=True
    )


def test_the_wheel_holds_all_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "harness"
    kept = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert {name for name in kept if "__pycache__" not in name} <= names
    for top in SHIPPED:
        paths = [ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*")
        shipped = {f"onramp/shipped/{path.relative_to(ROOT)}" for path in paths if path.is_file()}
        assert shipped
        assert shipped <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]
    assert wheel.stat().st_size <= LARGEST_BYTES


def test_it_says_what_it_is(program: Path, tmp_path: Path) -> None:
    assert run(program, ["--version"], tmp_path).stdout == f"Onramp {__version__}\n"
    listed = run(program, [], tmp_path)
    assert listed.returncode == 0
    assert "  evaluate " in listed.stdout
    assert "./invoke" not in listed.stdout
    assert "Develop" not in listed.stdout


def test_what_needs_no_host_works(program: Path, tmp_path: Path) -> None:
    found = json.loads(run(program, ["diagnose", "--json"], tmp_path, SOCKET).stdout)
    assert found[0]["id"] == "docker-sock-permission-denied"
    pains = json.loads(run(program, ["pains", "--json"], tmp_path).stdout)
    assert len(pains) > 150
    assert "debian-13" in run(program, ["evaluate", "--list-hosts"], tmp_path).stdout


def test_what_only_ansible_reads_is_said_where_there_is_none(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "hosts.ini").write_text("[web]\nweb1\n")
    ended = run(program, ["doctor", "--inventory=hosts.ini"], tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "ansible-inventory is not installed · install ansible-core; or" in ended.stderr
    assert not (tmp_path / "runs").exists()
    (tmp_path / "hosts.json").write_text('{"web": ["web1"], "_meta": {"hostvars": {}}}')
    listed = run(program, ["doctor", "--inventory=hosts.json", "--list-hosts"], tmp_path)
    assert (listed.returncode, listed.stdout.strip()) == (0, "web1")


def test_runs_are_written_where_the_caller_stands(program: Path, tmp_path: Path) -> None:
    before = installed(program)
    ended = run(program, ["doctor", "--hosts=nobody@127.0.0.1:1"], tmp_path)
    assert ended.returncode == 4, ended.stderr
    report = tmp_path / "runs/latest/hosts/127.0.0.1-1/report.md"
    assert report.is_file()
    assert json.loads((tmp_path / "runs/latest/run.json").read_text())["command"] == (
        "onramp doctor --hosts=nobody@127.0.0.1:1"
    )
    report.unlink()
    assert run(program, ["report", "--run=latest"], tmp_path).returncode == 0
    assert report.is_file()
    assert installed(program) == before


def installed(program: Path) -> set[Path]:
    """What lies in the environment, compiled modules aside."""
    return {path for path in program.parents[1].rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize("words", [["check"], ["pains", "--write"]])
def test_what_works_on_onramp_itself_needs_a_clone(
    program: Path, words: list[str], tmp_path: Path
) -> None:
    ended = run(program, words, tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
