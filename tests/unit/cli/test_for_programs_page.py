"""The page for programs: what it names is there, and what it tells to type can be typed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt

from onramp.cli.schemas import published
from places import ROOT

PAGE = ROOT / "docs/for-programs.md"
SOURCE = PAGE.read_text(encoding="utf-8")
BLOCKS = [
    (token.info, token.content)
    for token in MarkdownIt().parse(SOURCE)
    if token.type in ("fence", "code_block")
]


def commands() -> Iterator[str]:
    """Every `./invoke …` in a block."""
    for _, content in BLOCKS:
        yield from re.findall(r"\./invoke [^>|\n]+", content)


@pytest.mark.parametrize("command", sorted({*commands()}))
def test_every_flag_is_one_of_its_command(command: str) -> None:
    task, *words = shlex.split(command)[1:]
    told = subprocess.run(
        [ROOT / "invoke", task, "--help"], capture_output=True, text=True, check=True
    )
    for word in words:
        if word.startswith("--"):
            assert re.search(rf"{word.partition('=')[0]}\b", told.stdout), word


def test_every_schema_is_named_and_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", SOURCE)
    for link in links:
        assert (PAGE.parent / link).is_file(), link
    assert {f"schemas/{name}.schema.json" for name in published()} <= set(links)


def test_the_jobs_run_onramp_and_keep_what_it_wrote() -> None:
    github, gitlab = (yaml.safe_load(content) for info, content in BLOCKS if info == "yaml")
    steps = github["jobs"]["evaluate"]["steps"]
    asked = next(step["run"] for step in steps if "./invoke" in step.get("run", ""))
    kept = next(step for step in steps if step.get("uses", "").startswith("actions/upload"))
    assert "--runs=out" in asked
    assert kept["with"]["path"] == "out/2*"
    assert kept["if"] == "${{ always() }}"
    artifacts = gitlab["onramp"]["artifacts"]
    assert artifacts["paths"] == ["out/2*"]
    assert artifacts["reports"]["junit"] == "out/2*/junit.xml"
    assert any("--runs=out" in line for line in gitlab["onramp"]["script"])


def test_the_jobs_paths_are_there_after_a_run(tmp_path: Path) -> None:
    """A run that fails at the gate leaves all that the jobs pick up."""
    done = subprocess.run(
        [ROOT / "invoke", "evaluate", "--json", "--hosts=nobody@nowhere.invalid", "--runs=out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 4, done.stderr
    (run,) = tmp_path.glob("out/2*")
    assert (run / "junit.xml").is_file()
    shown = (tmp_path / "out/latest/summary.md").read_text(encoding="utf-8")
    assert "nowhere.invalid was not reached" in shown
    jsonschema.Draft202012Validator(published()["run-report"]).validate(json.loads(done.stdout))
    if shutil.which("jq"):
        (query,) = re.findall(r"jq -r '([^']+)'", SOURCE)
        told = subprocess.run(
            ["jq", "-r", query], input=done.stdout, capture_output=True, text=True, check=True
        )
        assert told.stdout.startswith("nowhere.invalid\t")
