"""Cause pain points on fresh lab hosts, and see them met, led by their own name, and cured.

Each pain point × image is one host: booted, brought into the condition by the recipe, and then
walked through the same pipeline as any other host (evaluate.py). The verdict is read off its
evidence alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import harness.pains
from harness import evaluate, recipes, replay, report, reporters, settings, stacks
from harness.errors import UsageError
from harness.evidence import HostEvidence, RunDirectory
from harness.lab.host import Scene
from harness.lab.images import IMAGES
from harness.lab.lab import Lab
from harness.masking import Masker
from harness.model import Finding, Host, HostRun, PainPoint, Recipe
from harness.providers.lab import LabProvider
from harness.registry import collect
from harness.tasking import ROOT

FORKS: Final = 2
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one pain point on one image.

    `met`: it is among the host's findings, as itself or as a consequence; `led`: as itself.
    `cured`: the run went on and passed; None where no remedy ran by itself (or none was to).
    `besides`: findings that neither a clean host of the image shows nor this pain point explains.
    """

    id: str
    image: str
    met: bool
    led: bool
    cured: bool | None
    seconds: float
    how: str | None = None
    step: str | None = None
    status: str = ""
    besides: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    report: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Order:
    """One pain point on one image, and the host made for it."""

    pain: PainPoint
    recipe: Recipe
    image: str
    host: Host


@dataclass(slots=True)
class _Reproduction:
    """What the hosts of one call share."""

    orders: Mapping[str, Order]
    catalogue: Mapping[str, PainPoint]
    remedy: bool
    progress: Progress
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def finished(self, evidence: HostEvidence) -> None:
        """The host's report and its verdict, as soon as it is done."""
        run = replay.host_run(evidence.events())
        result = report.host_report(run, self.catalogue)
        reporters.write_host(result, evidence.path, self.catalogue)
        order = self.orders[evidence.name]
        found = verdict(order.pain, order.image, run, catalogue=self.catalogue, remedy=self.remedy)
        found = replace(found, report=str(evidence.path / "report.md"))
        self.verdicts[evidence.name] = found
        self.progress(line(found))


def run(
    pains: Sequence[str],
    images: Sequence[str],
    *,
    runs_dir: Path,
    keep: bool = False,
    remedy: bool = True,
    allow: Collection[str] = (),
    progress: Progress = lambda text: None,
) -> list[Verdict]:
    """Every pain point on every image its recipe names (of `images`, where any are given).

    Hosts are taken down whatever happens, unless `keep`. Raises UsageError for an unknown id or
    image, and for a choice that leaves nothing to do.
    """
    catalogue = collect(harness.pains, PainPoint)
    choice = _choice(pains, images, catalogue)
    return run_each(
        choice, runs_dir=runs_dir, keep=keep, remedy=remedy, allow=allow, progress=progress
    )


def run_each(
    choice: Sequence[tuple[str, str]],
    *,
    runs_dir: Path,
    keep: bool = False,
    remedy: bool = True,
    allow: Collection[str] = (),
    progress: Progress = lambda text: None,
) -> list[Verdict]:
    """Exactly these (pain point, image) pairs, two hosts at a time."""
    catalogue = collect(harness.pains, PainPoint)
    lab = Lab()
    orders = {order.host.name: order for order in _orders(choice, catalogue, lab)}
    work = _Reproduction(orders, catalogue, remedy, progress)
    stack = stacks.load("hello-world", cwd=ROOT, project_root=ROOT)

    def scene(name: str) -> Scene:
        return recipes.scene(orders[name].recipe, orders[name].image, stack, lab, progress)

    provider = LabProvider(lab, keep=keep, scene=scene)
    job = evaluate.Job(
        "evaluate", stack, catalogue, allow=allow, remedies=remedy, keep=False,
        stacks={n: recipes.stack_for(order.recipe, stack) for n, order in orders.items()},
        prepare=lambda host, step: recipes.apply(
            orders[host.name].recipe, host, step, lab, progress
        ),
    )  # fmt: skip
    command = f"invoke reproduce --pain={','.join(dict.fromkeys(pain for pain, _ in choice))}"
    directory = RunDirectory.create(runs_dir, command=command, masker=Masker(()))
    pairs = [(order.host, directory.host(name)) for name, order in orders.items()]
    pipeline = evaluate.Run(job, {"lab": provider}, finished=work.finished)
    try:
        evaluate.run_all(pipeline, pairs, forks=FORKS)
    finally:
        if not keep:
            lab.down(list(orders))
        provider.close()
        directory.finish(exit_code(work.verdicts.values()))
    return [work.verdicts[name] for name in orders if name in work.verdicts]


def _choice(
    pains: Sequence[str], images: Sequence[str], catalogue: Mapping[str, PainPoint]
) -> list[tuple[str, str]]:
    if unknown := sorted(set(pains) - set(catalogue)):
        raise UsageError(f"--pain={unknown[0]}: no pain point of that name", "", "./invoke pains")
    if unknown := sorted(set(images) - set(IMAGES)):
        raise UsageError(f"--on={unknown[0]}: the lab has {', '.join(IMAGES)}")
    recipes_of = {name: catalogue[name].recipe for name in pains}
    found = [
        (name, image)
        for name, recipe in recipes_of.items()
        for image in (recipe.images if recipe else ())
        if not images or image in images
    ]
    if not found:
        raise UsageError("nothing to reproduce: no recipe for these pain points on these images")
    return found


def _orders(
    choice: Sequence[tuple[str, str]], catalogue: Mapping[str, PainPoint], lab: Lab
) -> list[Order]:
    taken = {host.name for host in lab.hosts()}
    found = []
    for name, image in choice:
        recipe = catalogue[name].recipe
        if recipe:
            host = _host(name, recipe, image, taken)
            taken.add(host.name)
            found.append(Order(catalogue[name], recipe, image, host))
    return found


def _host(pain: str, recipe: Recipe, image: str, taken: Collection[str]) -> Host:
    """A host of its own, never one that is up already. Linux allows 64 characters for a name."""
    name = f"{pain}-{image}"[-60:].lstrip("-")
    while name in taken:
        name = f"{name[-57:].lstrip('-')}-2"
    wanted = settings.nested(recipe.settings)
    return Host(name, "", provider="lab", image=image, settings=wanted, origin="reproduce")


# --- the verdict: pure -------------------------------------------------------------------------


def clean(image: str, catalogue: Mapping[str, PainPoint]) -> set[str]:
    """What a host of this image shows by itself: pain points whose recipe does nothing there, and
    those that they explain."""
    shown = [pain for pain in catalogue.values() if pain.recipe and image in pain.recipe.images]
    shown = [p for p in shown if p.recipe and not _does_something(p.recipe)]
    return {pain.id for pain in shown} | {name for pain in shown for name in pain.explains}


def _does_something(recipe: Recipe) -> bool:
    done = (recipe.script, recipe.settings, recipe.stack, recipe.login, recipe.boot)
    return any(done)


def verdict(
    pain: PainPoint,
    image: str,
    run: HostRun,
    *,
    catalogue: Mapping[str, PainPoint],
    remedy: bool = True,
) -> Verdict:
    """Read off a finished run."""
    own = [finding for finding in run.findings if finding.pain == pain.id]
    folded = {name for finding in run.findings for name in finding.consequences}
    expected = clean(image, catalogue) | {pain.id, *(own[0].consequences if own else ())}
    return Verdict(
        id=pain.id,
        image=image,
        met=bool(own) or pain.id in folded,
        led=bool(own),
        cured=_cured(own, run) if remedy else None,
        seconds=round(run.total_s, 1),
        how=own[-1].how if own else None,
        step=own[-1].step if own else None,
        status=run.status,
        besides=tuple(dict.fromkeys(f.pain for f in run.findings if f.pain not in expected)),
        unexplained=tuple(f"{u.step}: {u.evidence.excerpt}" for u in run.unexplained),
        faults=run.faults,
    )


def _cured(own: Sequence[Finding], run: HostRun) -> bool | None:
    if not own or own[-1].outcome == "needs-human":
        return None
    return run.status == "passed"


def line(found: Verdict) -> str:
    """One verdict as a line for people."""
    cured = {True: "cured", False: "NOT cured", None: "left to a person"}[found.cured]
    led = "led" if found.led else "met as a consequence" if found.met else "NOT met"
    besides = f", besides: {', '.join(found.besides)}" if found.besides else ""
    return f"{found.id} on {found.image}: {led}, {cured}, {found.seconds:.0f} s{besides}"


def exit_code(verdicts: Collection[Verdict]) -> int:
    """0 when every pain point was met as itself and no remedy that ran failed, else 2."""
    return 0 if all(v.led and v.cured is not False for v in verdicts) else 2
