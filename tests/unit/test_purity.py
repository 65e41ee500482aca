"""The pure core stays pure: what decides may not run, connect, read or wait."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[2] / "harness/onramp"
PURE_ROOMS = (
    *("model", "text", "journey", "diagnosis", "pains", "history/compare", "reports/form"),
)
PURE = (
    *(
        str(path.relative_to(HARNESS).with_suffix(""))
        for room in PURE_ROOMS
        for path in sorted((HARNESS / room).rglob("*.py"))
        if path.stem not in ("transcripts", "unexplained", "masking")
    ),
    *(f"history/{name}" for name in ("trend_types", "host_rows", "trends", "frequency", "plots")),
    *(f"history/{name}" for name in ("trend_text", "trend_json", "trend_page")),
    *("evidence/event_types", "evidence/replay", "config/parse_settings", "pipeline/stack_listing"),
    *(f"reports/{name}" for name in ("build", "ratings", "conclusions", "cast_recording")),
    *("reports/time_spent", "reports/pain_frequency", "reports/formats/asciicast"),
)
IMPURE = {"subprocess", "socket", "fabric", "paramiko", "time", "os", "threading", "docker"}


@pytest.mark.parametrize("name", PURE)
def test_imports_nothing_that_acts(name: str) -> None:
    tree = ast.parse((HARNESS / f"{name}.py").read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    assert not found & IMPURE


def test_only_the_ssh_side_knows_fabric_and_paramiko() -> None:
    allowed = {"client.py", "auth.py", "exec_session.py", "ssh_config.py", "connection.py"}
    allowed.add("vagrant.py")  # reads `vagrant ssh-config` with Paramiko's parser
    for path in HARNESS.rglob("*.py"):
        text = path.read_text()
        if "import paramiko" in text or "from fabric" in text or "from paramiko" in text:
            assert path.name in allowed, path
