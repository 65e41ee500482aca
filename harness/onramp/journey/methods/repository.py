"""`repository`: Docker's packages from Docker's repository, the way its pages document.

https://docs.docker.com/engine/install/
"""

from __future__ import annotations

from onramp.journey import daemon
from onramp.journey import root_commands as commands
from onramp.journey.methods import NETWORK, Method, compose_step
from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform, VendorRepository
from onramp.model.settings import DOCKER_REPOSITORY
from onramp.model.step import Step
from onramp.model.unknown import known

PLUGIN = "docker-compose-plugin"


def engine(plan: Plan) -> Step:
    """The repository with its key, then Docker's packages, for the system's daemon."""
    return install(plan, daemon.configured(plan))


def install(plan: Plan, configured: tuple[Command, ...] = ()) -> Step:
    """`configured` is done before a package can start a daemon."""
    platform, manager, vendor = plan.platform, plan.platform.package_manager, _vendor(plan)
    return Step(
        id="install-engine",
        title="Install Docker Engine from Docker's repository",
        documented=_documented(plan),
        holds=lambda facts: _installed(plan, facts),
        tries=(_no_conflicts(plan),),
        apply=(
            *commands.refresh(plan),
            # each name unquoted: they are ours
            commands.root(plan, manager.install.format(packages=" ".join(vendor.prerequisites))),
            *(commands.set_up(part, plan) for part in vendor.set_up),
            *configured,
            *commands.refresh(plan),
            commands.install(plan, [_pinned(plan, name) for name in platform.engine_packages]),
            *commands.record(plan, platform.engine_packages),
        ),
        verify=(Command("docker --version"),),
        context=(NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def documented_plugin(plan: Plan) -> str:
    """What Docker's page has people type for the plugin alone."""
    return plan.platform.package_manager.documented_install.format(packages=PLUGIN)


def _vendor(plan: Plan) -> VendorRepository:
    vendor = plan.platform.package_manager.vendor
    if vendor is None:
        raise ValueError(f"Docker has no packages for {plan.platform.title}")
    return vendor


def _documented(plan: Plan) -> tuple[str, ...]:
    manager, vendor = plan.platform.package_manager, _vendor(plan)
    url = commands.repository_url(plan, DOCKER_REPOSITORY)
    packages = " ".join(plan.platform.engine_packages)
    first = vendor.documented_prerequisites or manager.documented_install
    return (
        *manager.documented_refresh,
        first.format(packages=" ".join(vendor.prerequisites)),
        *(line.format(url=url) for line in vendor.documented),
        *manager.documented_refresh,
        manager.documented_install.format(packages=packages),
    )


def _installed(plan: Plan, facts: Facts) -> bool:
    """Whether the engine asked for is there. `auto` leaves a working one alone, whoever's it is."""
    wanted, platform = plan.settings.docker, plan.platform
    packages = known(facts.packages) or {}
    ours, theirs = platform.engine_packages[0], "".join(platform.distribution_packages[:1])
    if not known(facts.docker_cli) or (wanted.version or "") not in packages.get(ours, ""):
        return False
    complete = known(facts.compose) is not None or bool(platform.distribution_compose)
    return ours in packages or (wanted.method == "auto" and theirs in packages and complete)


def _pinned(plan: Plan, package: str) -> str:
    version = plan.settings.docker.version
    if not version or not package.startswith(plan.platform.engine_packages[0]):
        return package
    return _vendor(plan).pinned.format(package=package, version=version)


def _no_conflicts(plan: Plan) -> Command:
    """The page's first advice: no other packaging of Docker may be there. Removes nothing."""
    names = plan.platform.conflicting
    script = (
        f"found=$({commands.installed(plan, names)})\n"
        '[ -z "$found" ] || { echo "conflicting packages are installed:"; echo "$found"; exit 1; }'
    )
    shown = plan.platform.package_manager.installed_shown.format(packages=" ".join(names))
    return Command(script, display=shown)


def refused(platform: Platform) -> str:
    """Where Docker publishes no packages."""
    if platform.package_manager.vendor:
        return ""
    return f"Docker publishes no packages for {platform.title}"


METHOD = Method(
    "repository", engine, lambda plan: compose_step(plan, documented_plugin(plan)), refused
)
