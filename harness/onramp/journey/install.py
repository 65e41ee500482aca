"""From a clean system to `docker version` without sudo, and all of it away again. Pure.

What is installed, and how, is a method's (methods/) and the platform's (platforms/).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from onramp.journey import daemon, methods
from onramp.journey.paths import OURS, STAYS, STAYS_AT_HOME
from onramp.journey.plan import Plan
from onramp.journey.root_commands import nothing_runs, quoted, root, set_up
from onramp.model.action import Check, Command
from onramp.model.facts import Facts
from onramp.model.step import Step
from onramp.model.unknown import known


def install_engine(plan: Plan) -> Step:
    """The engine, by the method the settings name."""
    return _aside(plan, methods.chosen(plan).engine(plan))


def install_compose(plan: Plan) -> Step:
    """The Compose plugin: part of Docker's packages, a package of its own elsewhere."""
    return _aside(plan, methods.chosen(plan).compose(plan))


def _aside(plan: Plan, step: Step) -> Step:
    """On a host without a network the package manager is first shown the mirror (air_gap.py)."""
    first = tuple(set_up(part, plan) for part in plan.platform.package_manager.aside)
    return replace(step, apply=(*first, *step.apply)) if step.apply else step


def use_without_sudo(plan: Plan) -> Step:
    """`docker` as the plain user: tried first, so that a refusal is met and not assumed."""
    return Step(
        id="use-without-sudo",
        title="Use docker without sudo",
        documented=(
            *plan.platform.documented_group,
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
    binaries = _our_files(plan.facts)
    packages, vendor = quoted(ours), manager.vendor
    files = vendor.files if vendor else ()
    named = plan.platform.engine_packages or plan.platform.distribution_packages
    return Step(
        id="purge",
        title="Remove the engine Onramp installed",
        documented=(
            manager.documented_purge.format(packages=" ".join(named)),
            *(f"sudo rm {path}" for path in files),
        ),
        holds=lambda facts: not (_ours(facts) or _our_files(facts)),
        tries=(nothing_runs(plan, *_sockets(plan.facts)),),
        apply=(
            *(action for method in methods.methods().values() for action in method.undo(plan)),
            *(_removed(plan, packages) if ours else ()),
            *(_stopped(plan) if binaries else ()),
            root(plan, " ".join(("rm -rf", OURS, *files, *binaries))),
        ),
        verify=(Check("stays", {"paths": _stays(plan.facts)}, "see what stays"),),
        budget_s=plan.settings.timeouts.wait,
    )


def _removed(plan: Plan, packages: str) -> tuple[Command, ...]:
    manager = plan.platform.package_manager
    return (
        root(plan, manager.remove.format(packages=packages)),
        root(plan, "rm -f /var/lib/docker/nuke-graph-directory.sh"),
        *((root(plan, manager.purge.format(packages=packages)),) if manager.purge else ()),
    )


def _stopped(plan: Plan) -> tuple[Command, ...]:
    """What no package stops when it is removed."""
    lines = plan.platform.service_manager.disable_now
    return tuple(root(plan, line.format(unit="docker")) for line in lines)


def _our_files(facts: Facts) -> tuple[str, ...]:
    """The files of our own record, where `docker.method=static` put some."""
    return tuple(
        dict.fromkeys(filter(methods.OWN_FILE.fullmatch, known(facts.installed_by_us) or ()))
    )


def _ours(facts: Facts) -> tuple[str, ...]:
    """The packages of our own record that are still there."""
    there = known(facts.packages) or {}
    return tuple(dict.fromkeys(p for p in known(facts.installed_by_us) or () if p in there))


def _sockets(facts: Facts) -> tuple[str, ...]:
    """Where daemons may answer: the system's, and the user's own."""
    uid = known(facts.uid)
    return ("/var/run/docker.sock", *(() if uid is None else (f"/run/user/{uid}/docker.sock",)))


def _stays(facts: Facts) -> tuple[str, ...]:
    home = known(facts.home)
    return (*STAYS, *(f"{home}/{folder}" for folder in STAYS_AT_HOME if home))


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    "install-engine": install_engine,
    "install-compose": install_compose,
    "start-daemon": daemon.start_daemon,
    "use-without-sudo": use_without_sudo,
}
