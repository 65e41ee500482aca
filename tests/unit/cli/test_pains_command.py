"""The catalogue as pages and lists; and the failures that are not in it yet."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onramp.cli.commands import pains
from onramp.errors import UsageError
from onramp.evidence import events
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.model.pain import Evidence, Unexplained
from onramp.pains import catalogue
from onramp.text.masking import Masker
from places import ROOT

PAGES = sorted(pains.pages())


def asked(capsys: pytest.CaptureFixture[str], **flags: Any) -> str:
    given = dict.fromkeys(
        ("show", "phase", "os", "words", "unexplained", "write", "runs", "json"), None
    )
    assert pains.pains(SimpleNamespace(**(given | flags))) == 0
    return capsys.readouterr().out


def test_the_pages_are_current() -> None:
    """`./invoke pains --write` makes them."""
    assert sorted(file.name for file in (ROOT / pains.PAGES).glob("*.md")) == PAGES
    for name, text in pains.pages().items():
        assert (ROOT / pains.PAGES / name).read_text(encoding="utf-8") == text, name


def test_links_between_pages_lead_somewhere() -> None:
    for name, text in pains.pages().items():
        for target in (part.split(")")[0] for part in text.split("](")[1:]):
            if not target.startswith("https://"):
                assert (ROOT / pains.PAGES / target).is_file(), f"{name}: {target}"


def test_a_list_is_narrowed_by_phase_system_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    every = json.loads(asked(capsys, json=True))
    assert {row["id"] for row in every} == set(catalogue())
    locked = json.loads(asked(capsys, json=True, phase="install", os="debian-12", words=["LOCK"]))
    assert "apt-lock-held" in {row["id"] for row in locked}
    assert {row["phase"] for row in locked} == {"install"}
    assert len(locked) < len(every)
    alpine = {row["id"] for row in json.loads(asked(capsys, json=True, os="alpine"))}
    assert "daemon-not-running" in alpine
    assert not [row for row in every if row["affects"] == ["debian"] and row["id"] in alpine]


@pytest.mark.parametrize(
    "flags", [{"phase": "lunch"}, {"os": "plan9"}, {"words": ["gremlins"]}, {"show": "nobody"}]
)
def test_what_is_not_there_is_said(
    flags: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError):
        asked(capsys, **flags)


def host(run: RunDirectory, name: str, excerpt: str) -> HostEvidence:
    found = run.host(name)
    found.write({"event": "host", "name": name, "address": "198.18.0.9"})
    found.append(Unexplained("build", Evidence("docker compose build", 17, excerpt)))
    found.append(events.End(status="failed"))
    return found


def test_unexplained_failures_are_counted_over_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for excerpt in ("gremlin 4711 ate the layer", "gremlin 42 ate the layer"):
        host(RunDirectory.create(tmp_path, command="x", masker=Masker(())), "web", excerpt)
    host(
        RunDirectory.create(tmp_path, command="x", masker=Masker(())),
        "known-by-now",
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
    )
    (failure,) = json.loads(asked(capsys, unexplained=True, runs=str(tmp_path), json=True))
    assert failure["excerpt"] == "gremlin 4711 ate the layer"
    assert len(failure["seen"]) == 2
    told = asked(capsys, unexplained=True, runs=str(tmp_path))
    assert "2 times" in told
    assert "record.py" in told
