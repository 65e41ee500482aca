"""Cause pain points on fresh lab hosts, and see them met, led by their own name, and cured.

Each pain point x image is one host: booted, brought into the condition by the recipe, and then
taken through the pipeline of any other host (pipeline/host_run.py). The verdict is read off its
evidence alone. Somebody's own throw-away host goes the same way, without the lab.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, field, structs
from msgspec.structs import replace

from onramp import SHIPPED
from onramp.config import load_stack, parse_settings
from onramp.errors import UsageError
from onramp.evidence.host_evidence import HostEvidence
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.pain import VM, PainPoint, Recipe
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
from onramp.text.file_names import free_name

FORKS: Final = (os.cpu_count() or 1) + 1  # one of them mostly waits for the network


class ReproduceOptions(Struct, frozen=True):
    """How pain points are to be caused; `settings` (dotted names) go over the recipes' own."""

    runs_dir: Path
    keep: bool = False
    remedy: bool = True
    allow: Collection[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    forks: int = FORKS
    progress: Progress = lambda text: None


class ReproductionJob(Struct, frozen=True):
    """One pain point on one host; `image` is empty where the host is not the lab's."""

    pain: PainPoint
    recipe: Recipe
    host: Host
    image: str = ""
    method: str = "auto"

    @property
    def in_lab(self) -> bool:
        return self.host.provider == "lab"


class _Reproduction(Struct):
    """What the hosts of one call share."""

    jobs: Mapping[str, ReproductionJob]
    options: ReproduceOptions
    lab: Lab
    stack: Stack
    verdicts: dict[str, Reproduction] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, host: Host, step: str) -> Host:
        job = self.jobs[host.name]
        if not job.in_lab:
            root, given = recipes.over_ssh(host), recipes.repository(host)
        else:
            root = recipes.inside(self.lab, host.name)
            given = recipes.repository(host)
            given |= recipes.services(job.recipe, self.lab, self.options.progress)
        return recipes.apply(job.recipe, host, step, root, given)

    def start_state(self, name: str) -> StartState:
        job, say = self.jobs[name], self.options.progress
        return snapshots.start_state(job.recipe, job.image, job.method, self.stack, self.lab, say)

    def finished(self, evidence: HostEvidence) -> None:
        """The host's report and its verdict, as soon as it is done."""
        report, _ = finished.reported(evidence.events(), evidence.path, catalogue())
        run = report.run
        job = self.jobs[evidence.name]
        found = verdicts.verdict(
            job.pain, job.image or _system(run.facts), run,
            catalogue=catalogue(), remedy=self.options.remedy,
        )  # fmt: skip
        found = structs.replace(found, method=job.method, report=str(evidence.path / "report.md"))
        with self.lock:
            self.verdicts[evidence.name] = found
            counts = job.pain.id in catalogue() and run.status != "interrupted"
            if counts and job.image and self.options.remedy:
                matrix.remember(self.options.runs_dir, found, job.pain)
        self.options.progress(verdicts.line(found))


def run_each(
    pairs: Sequence[tuple[str, str]],
    options: ReproduceOptions,
    providers: Mapping[str, Provider] = MappingProxyType({}),
) -> list[Reproduction]:
    """Exactly these (pain point, image) pairs on fresh hosts, a few at a time.

    `providers`: the one of virtual machines, where an image is one.

    Hosts are taken down whatever happens, unless `options.keep`.
    """
    lab = Lab()
    return run_jobs(_jobs(pairs, options, lab), options, lab, providers)


def run_on(
    pain: str, hosts: Sequence[Host], options: ReproduceOptions, providers: Mapping[str, Provider]
) -> list[Reproduction]:
    """One pain point on hosts that are the user's own. They stay as the journey leaves them."""
    point = catalogue()[pain]
    recipe = point.recipe
    if recipe is None or not runs_anywhere(recipe):
        raise UsageError(f"--pain={pain}: its recipe can be run on lab hosts alone")
    if recipe.starts == "ready":
        _provisioned(hosts, options, providers)
    jobs = [ReproductionJob(point, recipe, _laid_over(host, recipe, options)) for host in hosts]
    return run_jobs(jobs, options, Lab(), providers)


def runs_anywhere(recipe: Recipe) -> bool:
    """Whether it needs nothing of the lab but a host."""
    return not (recipe.needs or recipe.boot or recipe.login)


def choice(pains: Sequence[str], images: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs that make sense of these ids and images (none: all of the lab's a recipe names).

    A virtual machine takes minutes, so it has to be named.
    """
    found = [
        (name, image)
        for name in pains
        for recipe in (catalogue()[name].recipe,)
        for image in (recipe.images if recipe else ())
        if image in images or not (images or image.startswith(VM))
    ]
    if not found:
        raise UsageError(
            "nothing to reproduce: no recipe for these pain points on these images",
            resolution=_elsewhere(pains),
        )
    return found


def _elsewhere(pains: Sequence[str]) -> str:
    """Where these pain points can be caused."""
    recipes_ = [recipe for name in pains if (recipe := catalogue()[name].recipe)]
    there = dict.fromkeys(image for recipe in recipes_ for image in recipe.images)
    return f"--on={','.join(there)}" if there else ""


def run_jobs(
    jobs: Sequence[ReproductionJob],
    options: ReproduceOptions,
    lab: Lab,
    providers: Mapping[str, Provider] = MappingProxyType({}),
) -> list[Reproduction]:
    """Each job's host on its way, and the verdicts, in the order of the jobs."""
    by_name = {job.host.name: job for job in jobs}
    stack = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)
    work = _Reproduction(by_name, options, lab, stack)
    provider = LabProvider(lab, keep=options.keep, start_state=work.start_state)
    run_options = RunOptions(
        "evaluate", stack, tuple(job.host for job in jobs), options.runs_dir,
        command=f"invoke reproduce --pain={','.join(dict.fromkeys(o.pain.id for o in jobs))}",
        forks=options.forks, allow=tuple(options.allow), remedies=options.remedy,
    )  # fmt: skip
    session = RunSession(
        run_options, catalogue(), {"lab": provider, **providers},
        stacks={name: recipes.stack_for(job.recipe, stack) for name, job in by_name.items()},
        rebooted=[name for name, job in by_name.items() if job.recipe.reboot],
        prepare=work.prepare, finished=work.finished,
    )  # fmt: skip
    directory = run_options.run_directory()
    try:
        run_all(session, host_sessions(session, directory))
    finally:
        if not options.keep:
            lab.down([name for name, job in by_name.items() if job.in_lab])
        provider.close()
        directory.finish(verdicts.exit_code(work.verdicts.values()))
    return [work.verdicts[name] for name in by_name if name in work.verdicts]


def _provisioned(
    hosts: Sequence[Host], options: ReproduceOptions, providers: Mapping[str, Provider]
) -> None:
    """A recipe that starts where the engine is there: it is put there first."""
    stack = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)
    run_options = RunOptions(
        "provision", stack, tuple(hosts), options.runs_dir,
        command="invoke provision", forks=options.forks, keep=True,
    )  # fmt: skip
    session = RunSession(run_options, catalogue(), providers)
    sessions = host_sessions(session, run_options.run_directory())
    run_all(session, sessions)
    for host, evidence in ((one.host, one.evidence) for one in sessions):
        if evidence.status != "passed":
            raise UsageError(
                f"{host.name}: could not be set up, so nothing was broken on it",
                resolution=f"its evidence is in {evidence.path}",
            )


def _jobs(
    pairs: Sequence[tuple[str, str]], options: ReproduceOptions, lab: Lab
) -> list[ReproductionJob]:
    taken = {host.name for host in lab.hosts()}
    found = []
    for name, image in pairs:
        pain = catalogue()[name]
        recipe = pain.recipe
        if recipe is None:
            continue
        machine = image.removeprefix(VM)
        own = free_name(f"{name}-{machine}", taken, longest=50)  # never one that is up already
        taken.add(own)
        provider = "lab" if machine == image else "vm"
        if provider == "vm":
            recipe = replace(recipe, starts="clean")
        host = Host(own, "", provider=provider, image=machine, origin="reproduce")
        host = _laid_over(host, recipe, options)
        method = host.settings.docker.method
        found.append(ReproductionJob(pain, recipe, host, image, method))
    return found


def _laid_over(host: Host, recipe: Recipe, options: ReproduceOptions) -> Host:
    wanted = nested({**options.settings, **recipe.settings})
    return parse_settings.configured(host, merge(host.raw_settings, wanted), where=host.name)


def _system(facts: Facts | None) -> str:
    if facts is None:
        return "unknown"
    return f"{known(facts.os_id) or 'unknown'}-{known(facts.os_version) or ''}".rstrip("-")
