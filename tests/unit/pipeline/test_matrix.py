"""Verdicts are kept as they come, hold while their pain point's file does, and make a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from onramp.cli.commands import reproduce as command
from onramp.errors import UsageError
from onramp.pains import catalogue
from onramp.pipeline.reproduce import matrix
from onramp.pipeline.reproduce.verdicts import Reproduction

PAINS = catalogue()
LOCK = PAINS["apt-lock-held"]
FOUND = Reproduction(id="apt-lock-held", image="debian-12", met=True, led=True, cured=True,
                seconds=41.0, how="encountered",
                step="install-engine", status="passed", engine="28.5.2+x", method="auto",
                kind="safe", besides=("a", "b"))  # fmt: skip


def test_a_verdict_is_remembered_as_it_was(tmp_path: Path) -> None:
    matrix.remember(tmp_path, replace(FOUND, met=False), LOCK)
    matrix.remember(tmp_path, FOUND, LOCK)
    assert matrix.remembered(tmp_path, PAINS) == {matrix.key(FOUND): FOUND}


def test_a_changed_file_or_a_broken_line_is_no_verdict(tmp_path: Path) -> None:
    matrix.remember(tmp_path, FOUND, LOCK)
    state = tmp_path / matrix.STATE
    state.write_text(state.read_text().replace(matrix.fingerprint(LOCK), "0" * 12) + '{"id": "apt')
    assert matrix.remembered(tmp_path, PAINS) == {}


def test_a_fault_of_ours_is_no_verdict(tmp_path: Path) -> None:
    matrix.remember(tmp_path, replace(FOUND, faults=("the lab broke",)), LOCK)
    assert matrix.remembered(tmp_path, PAINS) == {}


def test_the_page_shows_what_failed() -> None:
    worse = replace(FOUND, image="debian-13", cured=False, engine=None)
    page = matrix.markdown([FOUND, worse])
    assert "| pain point | debian-12<br>engine 28.5.2 | debian-13<br>no engine yet |" in page
    assert "| `apt-lock-held` | cured 41 | NOT cured 41 |" in page
    assert "2 met and led by their own name, 1 of 2 remedies" in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"met": False, "led": False}, "NOT met"),
        ({"led": False}, "NOT led"),
        ({"kind": "ask"}, "cured with leave"),
        ({"cured": None}, "noted"),
        ({"cured": None, "status": "failed"}, "told"),
        ({"cured": None, "how": "foreseen"}, "foreseen"),
    ],
)
def test_a_verdict_in_a_word(changes: dict[str, Any], expected: str) -> None:
    assert matrix.word(replace(FOUND, **changes)) == expected


def asked(**flags: Any) -> int:
    names = ("pain", "on", "again", "no_remedy", "hosts", "yes", "exclude", "inventory", "user",
             "list_hosts", "private_key", "ask_pass", "ask_become_pass", "host_keys", "set",
             "allow", "forks", "runs")  # fmt: skip
    given = {**dict.fromkeys(names), "all": False, "keep": False, "json": False, **flags}
    return command.reproduce(SimpleNamespace(**given))


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"pain": ["apt-lock-held"], "all": True},
        {"pain": ["no-such-pain"]},
        {"pain": ["apt-lock-held"], "on": ["debian-99"]},
        {"pain": ["apt-lock-held", "unit-masked"], "hosts": ["a@10.0.0.5"]},
        {"pain": ["apt-lock-held"], "hosts": ["a@10.0.0.5"], "on": ["debian-12"]},
        {"pain": ["tls-intercepted-corporate-ca"], "hosts": ["a@10.0.0.5"]},
        {"pain": ["apt-lock-held"], "forks": "none"},
        {"pain": ["apt-lock-held"], "set": ["docker.methodd=x"]},
    ],
)
def test_bad_requests_are_refused_before_anything_is_broken(flags: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        asked(**flags)


def test_nobody_s_host_is_broken_without_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command.recipes, "run_on", lambda *_: pytest.fail("it was broken"))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    with pytest.raises(UsageError, match="nobody is at the terminal"):
        asked(pain=["apt-lock-held"], hosts=["a@10.0.0.5"])
    answers = SimpleNamespace(isatty=lambda: True, readline=lambda: "n\n")
    monkeypatch.setattr("sys.stdin", answers)
    with pytest.raises(UsageError, match="not yes"):
        asked(pain=["apt-lock-held"], hosts=["a@10.0.0.5"])
