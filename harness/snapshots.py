"""Lab hosts on which the first half of the journey is done, frozen, for others to start from.

A pain point of a later phase need not install the engine each time: its host starts with engine
and Compose in place, the user in group docker, and the stack's images there. Made by walking a
clean host through the very journey a newcomer walks, once.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from harness import evaluate, replay
from harness.errors import HarnessError
from harness.evidence import RunDirectory
from harness.journey.stack import directory
from harness.lab import artifacts
from harness.lab.host import LabHost, root_shell
from harness.lab.images import IMAGES
from harness.lab.lab import Lab
from harness.lab.rootfs import USER
from harness.masking import Masker
from harness.model import Host, Stack
from harness.pains import catalogue
from harness.providers.lab import LabProvider

Progress = Callable[[str], None]
ANSWERS_WITHIN_S: Final = 60
_AWAIT = (
    f"for i in $(seq {ANSWERS_WITHIN_S * 2}); do docker version >/dev/null 2>&1 && exit 0; "
    "sleep 0.5; done; docker version; exit 1"
)
_QUIET = "docker ps -q; sync; systemctl stop docker.socket docker containerd || service docker stop"


def ready(image: str, method: str, stack: Stack, lab: Lab, progress: Progress) -> Path:
    """The frozen host of this image, made if it is not there yet (about a minute).

    `method` is `docker.method`. Raises HarnessError where the journey does not pass on a clean
    host, with where its report is.
    """
    row = IMAGES[image]
    content = [f"{name} {value!r}" for name, value in sorted(stack.files.items())]
    real = lab.real_servers_answer()
    source = "download.docker.com" if real else str(lab.mirror(progress))
    recipe = [str(dataclasses.astuple(row)), method, source, *content]

    def make(folder: Path) -> None:
        progress(f"preparing {image} with its engine in place (once, about a minute)")
        _walk(folder, image, method, stack, lab)

    return artifacts.built(lab.cache / "snapshots", f"{image}-{method}", recipe, make)


def _walk(folder: Path, image: str, method: str, stack: Stack, lab: Lab) -> None:
    name = f"snapshot-{image}-{method}"
    lab.down([name])
    lab.up(image, name=name, own=True)
    settings: dict[str, Any] = {"docker": {"method": method}}
    host = Host(name, "", provider="lab", image=image, settings=settings, origin="snapshot")
    directory_of_run = RunDirectory.create(folder / "runs", command="", masker=Masker(()))
    evidence = directory_of_run.host(name)
    job = evaluate.Job("evaluate", stack, catalogue())
    evaluate.run_all(evaluate.Run(job, {"lab": LabProvider(lab)}), [(host, evidence)], forks=1)
    booted = lab.get(name)
    if replay.host_run(evidence.events()).status != "passed" or booted is None:
        lab.down([name])
        raise HarnessError(
            f"{image} with docker.method={method}: its journey does not pass",
            evidence.path.joinpath("events.jsonl").read_text()[-2000:],
        )
    home = f"/home/{USER}/{directory(stack)}"
    code, out, err = root_shell(booted, f"rm -rf {shlex.quote(home)}; {_QUIET}")
    if code != 0:
        raise HarnessError(f"{name}: could not be put to rest", f"{out}\n{err}".strip())
    lab.freeze(name, folder)


def await_engine(host: LabHost) -> None:
    """Until the engine of a host that started from a snapshot answers. Raises HarnessError."""
    code, out, err = root_shell(host, _AWAIT, timeout_s=ANSWERS_WITHIN_S + 10)
    if code != 0:
        raise HarnessError(f"{host.name}: its engine does not answer", f"{out}\n{err}".strip())
