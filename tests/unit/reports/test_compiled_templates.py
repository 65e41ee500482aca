"""Templates stay compiled, and whatever is wrong with what was kept costs nothing but time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from onramp.reports.html import compiled_templates


@pytest.fixture(autouse=True)
def as_usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "pycache"))
    (tmp_path / "page.j2").write_text("one {{ word }}")


def rendered(folder: Path) -> str:
    """By an environment that knows nothing but what was kept."""
    kept = compiled_templates.kept(folder)
    made = Environment(loader=FileSystemLoader(folder), bytecode_cache=kept, autoescape=True)
    return made.get_template("page.j2").render(word="<b>")


def of(folder: Path) -> list[Path]:
    return list(folder.rglob("*.j2c"))


def test_a_template_is_compiled_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rendered(tmp_path) == "one &lt;b&gt;"
    assert len(of(tmp_path)) == 1
    with monkeypatch.context() as patch:  # whoever compiles fails
        patch.setattr(Environment, "_parse", None)
        assert rendered(tmp_path) == "one &lt;b&gt;"
    (tmp_path / "page.j2").write_text("two {{ word }}")
    assert rendered(tmp_path) == "two &lt;b&gt;"


@pytest.mark.parametrize("torn", [b"", b"j2", b"no code at all", None])
def test_what_was_kept_and_is_broken_is_compiled_again(torn: bytes | None, tmp_path: Path) -> None:
    rendered(tmp_path)
    [kept] = of(tmp_path)
    kept.write_bytes(kept.read_bytes()[:-20] if torn is None else torn)
    assert rendered(tmp_path) == "one &lt;b&gt;"


def test_nothing_is_kept_where_nothing_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pycache").write_text("a file is in the way")
    assert rendered(tmp_path) == "one &lt;b&gt;"
    monkeypatch.setattr(sys, "pycache_prefix", "/proc/nowhere")
    assert rendered(tmp_path) == "one &lt;b&gt;"
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert compiled_templates.kept(tmp_path) is None
