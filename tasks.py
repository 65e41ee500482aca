"""Onramp's commands, where `invoke evaluate` looks for them; they are in onramp/cli/tasks.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "harness"))

from onramp.cli.tasks import collection  # noqa: E402

namespace = collection(clone=True)
