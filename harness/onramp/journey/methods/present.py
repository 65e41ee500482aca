"""`present`: the engine that is there already, however it came."""

from __future__ import annotations

from onramp.journey.methods import Method, compose_step
from onramp.journey.methods.repository import documented_plugin
from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.step import Step


def engine(plan: Plan) -> Step:
    """Nothing is installed: `docker` has to answer."""
    return Step(
        id="install-engine",
        title="Find the engine that is there",
        documented=("docker --version",),
        tries=(Command("docker --version"),),
    )


METHOD = Method("present", engine, lambda plan: compose_step(plan, documented_plugin(plan)))
