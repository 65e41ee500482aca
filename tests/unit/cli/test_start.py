"""Invoke starts without what it hardly ever uses, and has it all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HARNESS = Path(__file__).parents[3] / "harness"
START = "import sys; from onramp.cli.start import import_invoke, main; import_invoke()\n"


def said(program: str, *words: str, home: Path) -> str:
    """What a fresh Python prints that runs this."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(HARNESS)}
    done = subprocess.run(
        [sys.executable, "-c", START + program, *words],
        capture_output=True, text=True, env=env, cwd=home,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_what_is_not_used_is_not_loaded(tmp_path: Path) -> None:
    late = {"asyncio", "ssl", "unittest.mock", "invoke.vendor.yaml", "invoke.vendor.yaml.reader"}
    loaded = said("import onramp.cli.program; print(*sys.modules)", home=tmp_path).split()
    assert "invoke.config" in loaded
    assert not late.intersection(loaded)


def test_it_is_there_for_whoever_uses_it(tmp_path: Path) -> None:
    mocked = "from invoke import MockContext, Result; context = MockContext(run=Result('told'))\n"
    called = mocked + "print(context.run('x').stdout, context.run.call_count)"
    assert said(called, home=tmp_path).split() == ["told", "1"]
    real = "import unittest.mock; print(unittest.mock.Mock.__module__, unittest.mock.MagicMock)"
    assert said(real, home=tmp_path).startswith("unittest.mock <class")


def test_invokes_own_files_are_read(tmp_path: Path) -> None:
    (tmp_path / ".invoke.yaml").write_text("run: {echo: true}\n")
    read = "from invoke import Config; print(Config().run.echo)"
    assert said(read, home=tmp_path).strip() == "True"
    (tmp_path / ".invoke.yaml").write_text("run: {echo")
    assert "a configuration file of Invoke's own is at fault" in said(
        "main()", "--list", home=tmp_path
    )


def test_invoke_that_is_there_already_stays(tmp_path: Path) -> None:
    again = (
        "import invoke; before = invoke; import_invoke(); print(sys.modules['invoke'] is before)"
    )
    assert said(again, home=tmp_path).strip() == "True"
