"""Cause pain points on fresh lab hosts, and see them met, led by their own name, and cured.

Each pain point x image is one host: booted, brought into the condition by the recipe, and then
taken through the pipeline of any other host (pipeline/host_run.py). The verdict is read off its
evidence alone. Somebody's own throw-away host goes the same way, without the lab.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import structs

from onramp import SHIPPED
from onramp.config import load_stack, parse_settings
from onramp.errors import UsageError
from onramp.evidence.run_dir import HostEvidence
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.pain import PainPoint, Recipe
from onramp.model.settings import merge, nested
from onramp.model.stack import Stack
from onramp.model.unknown import known
from onramp.pains import catalogue
from onramp.pipeline.host_session import host_sessions
from onramp.pipeline.pool import run_all
from onramp.pipeline.reproduce import matrix, recipes, snapshots, verdicts
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers import Progress, Provider
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import StartState
from onramp.providers.lab.provider import LabProvider
from onramp.reports import finished
from onramp.text.free_name import free_name

FORKS: Final = (os.cpu_count() or 1) + 1  # one of them mostly waits for the network


@dataclass(frozen=True, slots=True)
class ReproduceOptions:
    """How pain points are to be caused; `settings` (dotted names) go over the recipes' own."""

    runs_dir: Path
    keep: bool = False
    remedy: bool = True
    allow: Collection[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    forks: int = FORKS
    progress: Progress = lambda text: None


@dataclass(frozen=True, slots=True)
class ReproductionJob:
    """One pain point on one host; `image` is empty where the host is not the lab's."""

    pain: PainPoint
    recipe: Recipe
    host: Host
    image: str = ""
    method: str = "auto"


@dataclass(slots=True)
class _Reproduction:
    """What the hosts of one call share."""

    orders: Mapping[str, ReproductionJob]
    wishes: ReproduceOptions
    lab: Lab
    stack: Stack
    verdicts: dict[str, Reproduction] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, host: Host, step: str) -> Host:
        order = self.orders[host.name]
        if not order.image:
            root, given = recipes.over_ssh(host), recipes.repository(host)
        else:
            root = recipes.inside(self.lab, host.name)
            given = recipes.repository(host)
            given |= recipes.services(order.recipe, self.lab, self.wishes.progress)
        return recipes.apply(order.recipe, host, step, root, given)

    def scene(self, name: str) -> StartState:
        order, say = self.orders[name], self.wishes.progress
        return snapshots.scene(order.recipe, order.image, order.method, self.stack, self.lab, say)

    def finished(self, evidence: HostEvidence) -> None:
        """The host's report and its verdict, as soon as it is done."""
        run, _ = finished.reported(evidence, catalogue())
        order = self.orders[evidence.name]
        found = verdicts.verdict(
            order.pain, order.image or _system(run.facts), run,
            catalogue=catalogue(), remedy=self.wishes.remedy,
        )  # fmt: skip
        found = structs.replace(found, method=order.method, report=str(evidence.path / "report.md"))
        with self.lock:
            self.verdicts[evidence.name] = found
            counts = order.pain.id in catalogue() and run.status != "interrupted"
            if counts and order.image and self.wishes.remedy:
                matrix.remember(self.wishes.runs_dir, found, order.pain)
        self.wishes.progress(verdicts.line(found))


def run(
    pains: Sequence[str], images: Sequence[str], wishes: ReproduceOptions
) -> list[Reproduction]:
    """Every pain point on every image its recipe names (of `images`, where any are given).

    Raises UsageError for an unknown id or image, and for a choice that leaves nothing to do.
    """
    return run_each(choice(pains, images), wishes)


def run_each(pairs: Sequence[tuple[str, str]], wishes: ReproduceOptions) -> list[Reproduction]:
    """Exactly these (pain point, image) pairs on fresh lab hosts, a few at a time.

    Hosts are taken down whatever happens, unless `wishes.keep`.
    """
    lab = Lab()
    return run_orders(_orders(pairs, wishes, lab), wishes, lab)


def run_on(
    pain: str, hosts: Sequence[Host], wishes: ReproduceOptions, providers: Mapping[str, Provider]
) -> list[Reproduction]:
    """One pain point on hosts that are the user's own. They stay as the journey leaves them."""
    point = catalogue()[pain]
    recipe = point.recipe
    if recipe is None or not runs_anywhere(recipe):
        raise UsageError(f"--pain={pain}: its recipe can be run on lab hosts alone")
    if recipe.starts == "ready":
        _provisioned(hosts, wishes, providers)
    orders = [ReproductionJob(point, recipe, _laid_over(host, recipe, wishes)) for host in hosts]
    return run_orders(orders, wishes, Lab(), providers)


def runs_anywhere(recipe: Recipe) -> bool:
    """Whether it needs nothing of the lab but a host."""
    return not (recipe.needs or recipe.boot or recipe.login)


def choice(pains: Sequence[str], images: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs that make sense of these ids and images (none: all a recipe names)."""
    found = [
        (name, image)
        for name in pains
        for recipe in (catalogue()[name].recipe,)
        for image in (recipe.images if recipe else ())
        if not images or image in images
    ]
    if not found:
        raise UsageError("nothing to reproduce: no recipe for these pain points on these images")
    return found


def run_orders(
    orders: Sequence[ReproductionJob],
    wishes: ReproduceOptions,
    lab: Lab,
    providers: Mapping[str, Provider] = MappingProxyType({}),
) -> list[Reproduction]:
    """Each order's host on its way, and the verdicts, in the order of the orders."""
    by_name = {order.host.name: order for order in orders}
    stack = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)
    work = _Reproduction(by_name, wishes, lab, stack)
    provider = LabProvider(lab, keep=wishes.keep, scene=work.scene)
    options = RunOptions(
        "evaluate", stack, tuple(order.host for order in orders), wishes.runs_dir,
        command=f"invoke reproduce --pain={','.join(dict.fromkeys(o.pain.id for o in orders))}",
        forks=wishes.forks, allow=tuple(wishes.allow), remedies=wishes.remedy,
    )  # fmt: skip
    session = RunSession(
        options, catalogue(), {"lab": provider, **providers},
        stacks={name: recipes.stack_for(order.recipe, stack) for name, order in by_name.items()},
        prepare=work.prepare, finished=work.finished,
    )  # fmt: skip
    directory = options.run_directory()
    try:
        run_all(session, host_sessions(session, directory))
    finally:
        if not wishes.keep:
            lab.down([name for name, order in by_name.items() if order.image])
        provider.close()
        directory.finish(verdicts.exit_code(work.verdicts.values()))
    return [work.verdicts[name] for name in by_name if name in work.verdicts]


def _provisioned(
    hosts: Sequence[Host], wishes: ReproduceOptions, providers: Mapping[str, Provider]
) -> None:
    """A recipe that starts where the engine is there: it is put there first."""
    stack = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)
    options = RunOptions(
        "provision", stack, tuple(hosts), wishes.runs_dir,
        command="invoke provision", forks=wishes.forks, keep=True,
    )  # fmt: skip
    session = RunSession(options, catalogue(), providers)
    sessions = host_sessions(session, options.run_directory())
    run_all(session, sessions)
    for host, evidence in ((one.host, one.evidence) for one in sessions):
        if evidence.status != "passed":
            raise UsageError(
                f"{host.name}: could not be set up, so nothing was broken on it",
                resolution=f"its evidence is in {evidence.path}",
            )


def _orders(
    pairs: Sequence[tuple[str, str]], wishes: ReproduceOptions, lab: Lab
) -> list[ReproductionJob]:
    taken = {host.name for host in lab.hosts()}
    found = []
    for name, image in pairs:
        pain = catalogue()[name]
        recipe = pain.recipe
        if recipe is None:
            continue
        own = free_name(f"{name}-{image}", taken, longest=50)  # never one that is up already
        taken.add(own)
        host = Host(own, "", provider="lab", image=image, origin="reproduce")
        host = _laid_over(host, recipe, wishes)
        method = host.settings.docker.method
        found.append(ReproductionJob(pain, recipe, host, image, method))
    return found


def _laid_over(host: Host, recipe: Recipe, wishes: ReproduceOptions) -> Host:
    wanted = nested({**wishes.settings, **recipe.settings})
    return parse_settings.configured(host, merge(host.raw_settings, wanted), where=host.name)


def _system(facts: Facts | None) -> str:
    if facts is None:
        return "unknown"
    return f"{known(facts.os_id) or 'unknown'}-{known(facts.os_version) or ''}".rstrip("-")
