"""Makes the folder: packages by system, images, Python packages, and last what says they are whole.

Everything comes from where the settings say (docker.repository, docker.daemon.registry-mirrors,
stack.env.PIP_INDEX_URL), and the systems' own packages from where this machine gets its own.
No address and no password of those is written into the folder.
"""

from __future__ import annotations

import datetime
import platform as machine
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from onramp import __version__
from onramp.airgap import apt_archive, container_images, manifest, python_packages, stack_needs
from onramp.airgap.container_images import Layout
from onramp.airgap.image_names import Reference
from onramp.airgap.manifest import Image, Manifest, System
from onramp.airgap.targets import Target
from onramp.errors import HarnessError, UsageError
from onramp.model.settings import Settings
from onramp.model.stack import Stack
from onramp.providers import Progress
from onramp.providers.lab import subprocesses

Fetch = Callable[[Target, Path, Path, Progress], System]
FETCHERS: Final[dict[str, Fetch]] = {"apt": apt_archive.fetch}  # by package manager
METHODS: Final = {"auto": "repository", "repository": "repository", "distribution": "distribution"}
PROGRAMS: Final = ("skopeo", *apt_archive.PROGRAMS)


class Order(Struct, frozen=True):
    """What a folder is to hold."""

    targets: Sequence[Target]
    stack: Stack
    settings: Settings
    images: Sequence[Reference] = ()
    python: Sequence[str] = ()


def build(order: Order, folder: Path, say: Progress) -> Manifest:
    """The folder, which appears when it is complete; one of an earlier build is replaced.

    Raises UsageError before anything is fetched, HarnessError with the words of what failed.
    """
    needs = stack_needs.of(order.stack, order.settings.stack.env)
    _check(folder, order.settings.docker.method)
    partial = folder.with_name(f"{folder.name}.partial")
    subprocesses.remove_tree(partial)
    partial.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="onramp-mirror-") as scratch:
            content = _made(order, needs, partial, Path(scratch), say)
        manifest.write(partial, content)
        subprocesses.remove_tree(folder)
        partial.rename(folder)
    finally:
        subprocesses.remove_tree(partial)
    for program in needs.fetches:
        say(f"a RUN line of the stack calls {program}: what it downloads is not in the folder")
    return content


def _made(
    order: Order, needs: stack_needs.Needs, folder: Path, scratch: Path, say: Progress
) -> Manifest:
    systems = [_system(target, folder, scratch, say) for target in order.targets]
    say("copying container images")
    images, pythons = _images([*needs.images, *order.images], order.settings, folder, scratch)
    if needs.requirements or order.python:
        say(f"fetching Python packages for Python {', '.join(pythons)}")
    python = folder / "python"
    python_packages.fetch(
        needs.requirements, order.python, pythons, order.settings, python, scratch
    )
    wheels = sorted(path.name for path in python.glob("files/*"))
    return Manifest(
        schema=manifest.SCHEMA,
        made_by=f"onramp-{__version__}",
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        arch=machine.machine(),
        method=METHODS[order.settings.docker.method],
        systems=tuple(systems),
        stacks=(order.stack.name,),
        images=tuple(images),
        python=tuple(wheels),
        files=manifest.contents(folder),
    )


def _system(target: Target, folder: Path, scratch: Path, say: Progress) -> System:
    fetch = FETCHERS[target.platform.package_manager.name]
    return fetch(target, folder, scratch / target.id, say)


def _images(
    wanted: Sequence[Reference], settings: Settings, folder: Path, scratch: Path
) -> tuple[list[Image], list[str]]:
    """The images, and the Pythons they say they have."""
    source = container_images.registry(settings)
    layout = Layout(folder / "images", scratch, source, machine.machine())
    images = [layout.add(image) for image in dict.fromkeys(wanted)]
    layout.finish()
    return images, sorted(layout.pythons) or [f"{sys.version_info[0]}.{sys.version_info[1]}"]


def _check(folder: Path, method: str) -> None:
    if method not in METHODS:
        raise UsageError(
            f"no mirror can be made for docker.method={method}",
            resolution=f"it is for {' and '.join(dict.fromkeys(METHODS.values()))}",
        )
    lacking = subprocesses.missing(PROGRAMS)
    if lacking:
        raise UsageError(
            f"mirror.build needs {', '.join(lacking)}, which this machine lacks",
            resolution="on Debian: apt-get install skopeo",
        )
    if folder.exists() and not (folder / manifest.FILE).is_file():
        raise UsageError(
            f"--to={folder}: it is there, and no mirror of Onramp's: it is left alone",
            resolution="name another folder",
        )
    if not folder.parent.is_dir():
        raise UsageError(f"--to={folder}: no folder {folder.parent}")
    if machine.system() != "Linux":
        raise HarnessError("mirror.build works on Linux")
