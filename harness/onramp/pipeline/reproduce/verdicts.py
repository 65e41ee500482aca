"""What became of a pain point that was caused on purpose: read off a finished run. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from onramp.model.pain import VM, Catalogue, Finding, How, Kind, PainPoint, Recipe
from onramp.model.quantities import Seconds
from onramp.model.run import HostRun, HostStatus


class Reproduction(Struct, frozen=True, kw_only=True):
    """What became of a pain point that was caused on purpose, on one image.

    `met`: it is among the findings, as itself or as a consequence; `led`: as itself. `cured`: the
    run went on and passed; null where no remedy ran by itself. `besides`: findings that neither a
    clean host of the image shows nor this pain point explains. `kind` is that of its remedy;
    `engine` is the version that ran, null where the journey did not come so far.
    """

    id: str
    image: str
    met: bool
    led: bool
    cured: bool | None
    seconds: Seconds
    kind: Kind | Literal[""] = ""
    how: How | None = None
    step: str | None = None
    status: HostStatus
    seconds_lost: Seconds = 0.0
    engine: str | None = None
    compose: str | None = None
    method: str = "auto"
    besides: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    report: str = ""


def clean(image: str, catalogue: Catalogue) -> set[str]:
    """What a host of this image shows by itself: pain points whose recipe does nothing there, and
    those that they explain."""
    image = image.removeprefix(VM)  # a virtual machine shows what the lab's host does
    shown = [pain for pain in catalogue.values() if pain.recipe and image in pain.recipe.images]
    shown = [p for p in shown if p.recipe and not _does_something(p.recipe)]
    return {pain.id for pain in shown} | {name for pain in shown for name in pain.explains}


def _does_something(recipe: Recipe) -> bool:
    done = (recipe.script, recipe.settings, recipe.stack, recipe.login, recipe.boot, recipe.reboot)
    return any(done)


def verdict(
    pain: PainPoint,
    image: str,
    run: HostRun,
    *,
    catalogue: Catalogue,
    remedy: bool = True,
) -> Reproduction:
    """Read off a finished run."""
    own = [finding for finding in run.findings if finding.pain == pain.id]
    folded = {name for finding in run.findings for name in finding.consequences}
    expected = clean(image, catalogue) | {pain.id, *pain.explains}
    expected |= set(own[0].consequences if own else ())
    return Reproduction(
        id=pain.id,
        image=image,
        met=bool(own) or pain.id in folded,
        led=bool(own),
        cured=_cured(own, run) if remedy else None,
        seconds=round(run.total_s, 1),
        kind=pain.remedy.kind if pain.remedy else "",
        how=own[-1].how if own else None,
        step=own[-1].step if own else None,
        status=run.status,
        seconds_lost=round(sum(finding.seconds_lost for finding in own), 1),
        engine=run.versions.get("engine"),
        compose=run.versions.get("compose"),
        besides=tuple(dict.fromkeys(f.pain for f in run.findings if f.pain not in expected)),
        unexplained=tuple(f"{u.step}: {u.evidence.excerpt}" for u in run.unexplained),
        faults=run.faults,
    )


def _cured(own: Sequence[Finding], run: HostRun) -> bool | None:
    """A finding that nobody was to act on is neither cured nor not."""
    if not own or own[-1].outcome in ("needs-human", "noted"):
        return None
    return run.status == "passed"


def line(found: Reproduction) -> str:
    """One verdict as a line for people."""
    left = "noted" if found.status == "passed" else "left to a person"
    cured = {True: ", cured", False: ", NOT cured", None: f", {left}" if found.met else ""}
    led = "led" if found.led else "met as a consequence" if found.met else "NOT met"
    lost = f", {found.seconds_lost:.0f} s lost" if found.seconds_lost >= 1 else ""
    besides = f", besides: {', '.join(found.besides)}" if found.besides else ""
    where = f" at {found.step}" if found.step else ""
    seconds = f", {found.seconds:.0f} s{lost}"
    return f"{found.id} on {found.image}: {led}{where}{cured[found.cured]}{seconds}{besides}"


def exit_code(verdicts: Collection[Reproduction]) -> int:
    """0 when every pain point was met as itself and no remedy that ran failed, else 2."""
    return 0 if all(v.led and v.cured is not False for v in verdicts) else 2
