"""The pure core stays pure: what decides may not run, connect, read or wait."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HARNESS = Path(__file__).parent.parent.parent / "harness"
PURE = (
    *("model", "settings", "facts", "diagnose", "rating", "report", "replay", "packages"),
    *("journey/__init__", "journey/install", "journey/stack", "services", "excerpt", "plain"),
    "journey/requirements",
    *(f"history/{name}" for name in ("nouns", "reading", "trends", "frequency", "plots")),
    *(f"history/{name}" for name in ("telling", "asjson", "page")),
    *("eventfields", "questions", "handout", "spent", "met"),
    *(f"compare/{path.stem}" for path in (HARNESS / "compare").glob("*.py")),
    *("redact", "shapes", "needles", "disguises", "publicnames"),
    *(f"prose/{path.stem}" for path in (HARNESS / "prose").glob("*.py")),
    *(f"platforms/{path.stem}" for path in (HARNESS / "platforms").glob("*.py")),
    *(str(path.relative_to(HARNESS).with_suffix("")) for path in HARNESS.glob("pains/*/*.py")),
    *("coloured", "casting", "reporters/asciicast"),
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
    allowed = {"link.py", "login.py", "session.py", "config.py", "transport.py"}
    allowed.add("vagrant.py")  # reads `vagrant ssh-config` with Paramiko's parser
    for path in HARNESS.rglob("*.py"):
        text = path.read_text()
        if "import paramiko" in text or "from fabric" in text or "from paramiko" in text:
            assert path.name in allowed, path
