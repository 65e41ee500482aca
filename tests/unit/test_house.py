"""The house stays one in which a stranger finds their way; texts are in step with the code."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from onramp import __version__
from onramp.cli import arguments
from onramp.cli.tasks import COLLECTIONS, TASKS
from onramp.errors import UsageError
from places import ROOT

HARNESS = ROOT / "harness" / "onramp"
MODULES = sorted(HARNESS.rglob("*.py"))
FILES_AT_THE_ROOT = 6
LONGEST_LINES = 300
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


def test_no_two_modules_have_one_name() -> None:
    """A pain point or an OS may be called like anything; a command is called as it is typed."""
    names = Counter(
        path.stem
        for path in MODULES
        if path.stem != "__init__"
        and not {"pains", "platforms"} & {*path.relative_to(HARNESS).parts}
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_module_is_in_a_room() -> None:
    assert len([path for path in HARNESS.iterdir() if path.is_file()]) <= FILES_AT_THE_ROOT


@pytest.mark.parametrize("group", ["dependencies", "dev"])
def test_the_lock_has_what_the_project_asks_for(group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"]
    if group == "dev":
        asked = project["dependency-groups"]["dev"]
    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE))
    for requirement in map(Requirement, asked):
        found = locked.get(requirement.name)
        assert found, f"{requirement.name} is not in requirements.lock"
        assert requirement.specifier.contains(found), f"{requirement} and {found}"


def test_no_module_has_more_than_it_can_have_one_reason_for() -> None:
    long = {str(path.relative_to(HARNESS)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_LINES} == {}


TOLD = re.compile(r"(?:\./invoke|\bonramp) ((?:[a-z]+|(?:lab|mirror)\.[a-z]+)(?: [^`\n|>#&);]+)?)")
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", ".github/**/*.yml", ".github/*.md", ".ci/run")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_what_texts_tell_to_type_can_be_typed(path: Path) -> None:
    """Every command with its flags, as `./invoke` itself checks the words."""
    parts = COLLECTIONS.items()
    names = {f"{part}.{name}": row for part, rows in parts for name, row in rows.items()} | TASKS
    kinds = {
        name: {f"--{flag}": row.kind for flag, row in flags.items()}
        for name, (_, flags) in names.items()
    }
    for told in TOLD.findall(path.read_text("utf-8")):
        words = told.replace("…", "").split()
        quoted = '"' in told or "'" in told or "[" in told  # of which a word is only a part here
        if words[0] in kinds and not quoted:
            try:
                arguments.command(words, kinds)
            except UsageError as error:
                raise AssertionError(f"{path.name}: {told}") from error


def test_the_release_is_in_the_changelog() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    assert __version__ in heads


def test_every_page_is_in_the_sites_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text().partition("nav:")[2]
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {Path(name).name for name in re.findall(r"([\w-]+\.md)$", menu, re.MULTILINE)}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_ask_for_what_can_be_shown(path: Path) -> None:
    form = yaml.safe_load(path.read_text())
    if path.stem == "config":
        return
    asked = yaml.safe_dump(form["body"], width=10_000)
    assert "report --redact" in asked
    assert "--version" in asked
    assert len({row["id"] for row in form["body"]}) == len(form["body"])
