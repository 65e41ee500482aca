"""reproduce: cause a pain point on a fresh host, and see it met, explained and cured."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

from onramp import CLONE, PROGRAM, SHIPPED
from onramp.cli import flags
from onramp.cli.host_providers import PROVIDERS, providers
from onramp.cli.prompts import agree
from onramp.cli.run_options import read, select
from onramp.cli.signals import terminating
from onramp.config import load_stack, parse_settings
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.model.pain import VM, Catalogue, PainPoint
from onramp.pains import catalogue
from onramp.pipeline.reproduce import matrix, verdicts
from onramp.pipeline.reproduce import reproduction as recipes
from onramp.pipeline.reproduce.reproduction import ReproduceOptions
from onramp.pipeline.reproduce.verdicts import Reproduction
from onramp.pipeline.run_session import RunOptions
from onramp.providers import Provider
from onramp.text.json_text import indented


def reproduce(given: SimpleNamespace) -> int:
    """0 when every pain point was met, led its attempt, and its safe remedy cured it; else 2."""
    known = catalogue()
    runnable = [pain.id for pain in known.values() if pain.recipe]
    pains = flags.known_names("--pain", given.pain, runnable)
    if given.all == bool(pains):
        raise UsageError(
            "--pain and --all exclude each other" if pains else "--pain is missing",
            resolution=f"--pain=ID[,ID…] ({PROGRAM} pains lists them), or --all",
        )
    options = _options(given, known)
    with terminating():
        if given.hosts:
            return _print(_on_hosts(given, pains, options), given)
        return _print(_in_the_lab(given, pains or runnable, options), given)


def _options(given: SimpleNamespace, known: Catalogue) -> ReproduceOptions:
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    return ReproduceOptions(
        runs_dir=runs_dir,
        keep=given.keep,
        remedy=not given.no_remedy,
        allow=flags.allow(given.allow, known),
        settings=parse_settings.pairs(given.set or ()),
        forks=recipes.FORKS if given.forks is None else flags.forks(given.forks),
        progress=lambda text: print(text, file=sys.stderr, flush=True),
    )


def _in_the_lab(
    given: SimpleNamespace, pains: Sequence[str], options: ReproduceOptions
) -> list[Reproduction]:
    from onramp.providers.lab.embedded_lab import Lab
    from onramp.providers.lab.images import IMAGES

    pairs = recipes.choice(pains, flags.known_names("--on", given.on, (*IMAGES, *_machines())))
    Lab().require()
    with ExitStack() as stack:
        made = _of_machines(pairs, options, stack)
        if not given.all:
            found = recipes.run_each(pairs, options, made)
        else:
            found = _sweep(pairs, options, made, again=given.again)
    if options.keep:
        for verdict in found:
            name = Path(verdict.report).parent.name
            options.progress(f"{name} is up: {PROGRAM} lab.ssh --name={name}")
    return found


def _machines() -> list[str]:
    """The virtual machines that recipes name."""
    named = [pain.recipe.images for pain in catalogue().values() if pain.recipe]
    return sorted({image for images in named for image in images if image.startswith(VM)})


def _of_machines(
    pairs: Sequence[tuple[str, str]], options: ReproduceOptions, resources: ExitStack
) -> Mapping[str, Provider]:
    """Who makes the virtual machines, where there are some. Raises UsageError without any."""
    named = sorted({image for _, image in pairs if image.startswith(VM)})
    if not named:
        return {}
    if "vm" not in PROVIDERS:
        raise UsageError(f"--on={','.join(named)}: no virtual machine can be made here")
    stack = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)
    asked = RunOptions("evaluate", stack, keep=options.keep)
    return {"vm": PROVIDERS["vm"](asked, resources)}


def _sweep(
    pairs: Sequence[tuple[str, str]],
    options: ReproduceOptions,
    made: Mapping[str, Provider],
    *,
    again: bool,
) -> list[Reproduction]:
    """The catalogue, as far as it has not been seen to yet; then the matrix of all that has."""
    known = catalogue()
    seen = {} if again else matrix.remembered(options.runs_dir, known)
    method = str(options.settings.get("docker.method", ""))
    there = {
        (v.id, v.image): v for v in seen.values() if v.method == (method or _method(known[v.id]))
    }
    left = [pair for pair in pairs if pair not in there]
    if len(left) < len(pairs):
        state = options.runs_dir / matrix.STATE
        options.progress(
            f"{len(pairs) - len(left)} of {len(pairs)} are in {state} already; "
            "--again causes them anew"
        )
    try:
        found = recipes.run_each(left, options, made) if left else []
    finally:
        _write_matrix(options)
    return [there[pair] for pair in pairs if pair in there] + found


def _method(pain: PainPoint) -> str:
    wanted = pain.recipe.settings if pain.recipe else {}
    return str(wanted.get("docker.method", "auto"))


def _write_matrix(options: ReproduceOptions) -> None:
    found = list(matrix.remembered(options.runs_dir, catalogue()).values())
    page, rows = options.runs_dir / "reproduced.md", options.runs_dir / "reproduced.json"
    page.write_text(matrix.markdown(found), encoding="utf-8")
    rows.write_text(indented(found) + "\n", encoding="utf-8")
    options.progress(f"pain point x image x engine: {page}")


def _on_hosts(
    given: SimpleNamespace, pains: Sequence[str], options: ReproduceOptions
) -> list[Reproduction]:
    """Somebody's own machines: they are broken on purpose, so somebody has to say yes."""
    if len(pains) != 1 or given.on:
        raise UsageError("--hosts goes with one --pain and without --on: each breaks a host anew")
    asked = select(given, read(given, "evaluate"))
    point = catalogue()[pains[0]]
    if point.recipe is None or not recipes.runs_anywhere(point.recipe):
        raise UsageError(f"--pain={point.id}: its recipe can be run on lab hosts alone")
    if asked.list_only:
        print("\n".join(host.name for host in asked.hosts))
        return []
    _ask(point, asked.hosts, given)
    with ExitStack() as stack:
        return recipes.run_on(point.id, asked.hosts, options, providers(asked, stack))


def _ask(pain: PainPoint, hosts: Sequence[Host], given: SimpleNamespace) -> None:
    names = ", ".join(host.name for host in hosts)
    script = pain.recipe.script.strip() if pain.recipe else ""
    restarts = ", restarts it," if pain.recipe and pain.recipe.reboot else ""
    print(
        f"This breaks {names} on purpose{restarts} and does not mend it again.\n"
        f"{pain.title}: {pain.cause}\n"
        f"Run as root there:\n\n{script or '(nothing; its files or settings are changed)'}\n",
        file=sys.stderr,
    )
    if not given.yes:
        agree("--hosts", f"breaking {names}", "these hosts may be broken")


def _print(found: Sequence[Reproduction], given: SimpleNamespace) -> int:
    if given.json:
        print(indented(found))
    else:
        print("\n".join(f"{verdicts.line(verdict)}\n  {verdict.report}" for verdict in found))
    return verdicts.exit_code(found)
