"""From a clean system to `docker version` without sudo, and all of it away again. Pure.

What is installed, and how, is a method's (methods/) and the platform's (platforms/).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onramp.journey import daemon, methods
from onramp.journey.paths import OURS, STAYS
from onramp.journey.plan import Plan
from onramp.journey.root_commands import quoted, root
from onramp.model.action import Check, Command
from onramp.model.facts import Facts
from onramp.model.step import Step
from onramp.model.unknown import known


def install_engine(plan: Plan) -> Step:
    """The engine, by the method the settings name."""
    return methods.chosen(plan).engine(plan)


def install_compose(plan: Plan) -> Step:
    """The Compose plugin: part of Docker's packages, a package of its own elsewhere."""
    return methods.chosen(plan).compose(plan)


def use_without_sudo(plan: Plan) -> Step:
    """`docker` as the plain user: tried first, so that a refusal is met and not assumed."""
    return Step(
        id="use-without-sudo",
        title="Use docker without sudo",
        documented=(
            "sudo groupadd docker",
            "sudo usermod -aG docker $USER",
            "log out and back in",
            "docker run hello-world",
        ),
        holds=lambda facts: known(facts.engine) is not None,
        tries=(Command("docker version"),),
        context=(Command("id; getent group docker; stat -Lc '%a %U:%G' /var/run/docker.sock"),),
        budget_s=plan.settings.timeouts.wait,
    )


def purge(plan: Plan) -> Step:
    """The packages this tool installed, and its own source and key; data directories stay.

    Debian's docker.io, when purged, runs a script it left in /var/lib/docker that removes every
    image and volume there, whoever made them (its postrm says so): that script goes first.
    """
    ours, manager = _ours(plan.facts), plan.platform.package_manager
    packages, vendor = quoted(ours), manager.vendor
    files = vendor.files if vendor else ()
    return Step(
        id="purge",
        title="Remove the engine Onramp installed",
        documented=(
            manager.documented_purge.format(packages=" ".join(plan.platform.engine_packages)),
            *(f"sudo rm {path}" for path in files),
        ),
        holds=lambda facts: not _ours(facts),
        tries=(_nothing_runs(plan),),
        apply=(
            root(plan, manager.remove.format(packages=packages)),
            root(plan, "rm -f /var/lib/docker/nuke-graph-directory.sh"),
            root(plan, manager.purge.format(packages=packages)),
            root(plan, " ".join(("rm -rf", OURS, *files))),
        ),
        verify=(Check("stays", {"paths": STAYS}, "see what stays"),),
        budget_s=plan.settings.timeouts.wait,
    )


def _ours(facts: Facts) -> tuple[str, ...]:
    """The packages of our own record that are still there."""
    there = known(facts.packages) or {}
    return tuple(dict.fromkeys(p for p in known(facts.installed_by_us) or () if p in there))


def _nothing_runs(plan: Plan) -> Command:
    """Containers that run once our stack is down are somebody's, and would end with the engine."""
    script = (
        "running=$(docker ps --format '{{.Names}}') || exit 0\n"
        '[ -z "$running" ] || { echo "containers run here that are not of this stack; the engine '
        'is left alone:" $running >&2; exit 1; }'
    )
    return root(plan, script, "docker ps")


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    "install-engine": install_engine,
    "install-compose": install_compose,
    "start-daemon": daemon.start_daemon,
    "use-without-sudo": use_without_sudo,
}
