"""evaluate, provision, deploy, teardown, doctor: the same way, each as far as its scope goes.

The way itself is in onramp.cli.walk, imported while another process loads what reports need.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from onramp.cli.report_process import report_process

if TYPE_CHECKING:
    from onramp.journey import Scope


def evaluate(given: SimpleNamespace) -> int:
    """From clean to a running stack and back."""
    return run(given, "evaluate")


def provision(given: SimpleNamespace) -> int:
    """Up to docker without sudo."""
    return run(given, "provision")


def deploy(given: SimpleNamespace) -> int:
    """The stack, up and verified."""
    return run(given, "deploy")


def teardown(given: SimpleNamespace) -> int:
    """The stack, down again."""
    return run(given, "teardown")


def doctor(given: SimpleNamespace) -> int:
    """A survey and what it foresees."""
    return run(given, "doctor")


def run(given: SimpleNamespace, scope: Scope) -> int:
    """The whole of it; returns the exit code of the contract."""
    with report_process() as process:
        from onramp.cli.walk import walk

        return walk(given, scope, process)
