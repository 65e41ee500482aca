"""`distribution`: the system's own packages, from where the system gets all of its packages."""

from __future__ import annotations

from onramp.journey import daemon
from onramp.journey import root_commands as commands
from onramp.journey.methods import NETWORK, Method, compose_step
from onramp.journey.methods.repository import documented_plugin
from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.step import Step
from onramp.model.unknown import known


def engine(plan: Plan) -> Step:
    """The engine as the system's maintainers package it."""
    platform = plan.platform
    return Step(
        id="install-engine",
        title=f"Install Docker Engine from {platform.title}'s packages",
        documented=(
            *platform.package_manager.documented_refresh,
            _documented(plan, platform.distribution_packages),
        ),
        holds=lambda facts: _installed(plan, facts),
        apply=(
            *daemon.configured(plan),
            *commands.refresh(plan),
            commands.install(plan, platform.distribution_packages),
            *commands.record(plan, platform.distribution_packages),
        ),
        verify=(Command("docker --version"),),
        context=(NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def compose(plan: Plan) -> Step:
    """The plugin as the system packages it; where it does not, it has to be there."""
    packages = plan.platform.distribution_compose
    if not packages:
        return compose_step(plan, documented_plugin(plan))
    apply = (commands.install(plan, packages), *commands.record(plan, packages))
    return compose_step(plan, _documented(plan, packages), apply)


def _documented(plan: Plan, packages: tuple[str, ...]) -> str:
    return plan.platform.package_manager.documented_install.format(packages=" ".join(packages))


def _installed(plan: Plan, facts: Facts) -> bool:
    packages = known(facts.packages) or {}
    there = plan.platform.distribution_packages[0] in packages
    # a version can be asked of Docker's repository alone
    return bool(known(facts.docker_cli)) and there and not plan.settings.docker.version


def refused(platform: Platform) -> str:
    """Where the system's maintainers package no engine."""
    return "" if platform.distribution_packages else f"{platform.title} has no engine of its own"


METHOD = Method("distribution", engine, compose, refused)
