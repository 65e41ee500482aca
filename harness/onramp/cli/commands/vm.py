"""vm.box, list, down: virtual machines by hand."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

from msgspec.structs import asdict

from onramp import PROGRAM
from onramp.cli import flags
from onramp.config.host_patterns import words
from onramp.errors import UsageError
from onramp.providers.lab.embedded_lab import Lab, default_cache
from onramp.providers.vm import boxes, systems
from onramp.providers.vm.machines import Machines


def box(options: SimpleNamespace) -> int:
    """Makes boxes, and says where each lies and what its checksum is."""
    images = words(options.image or [])
    if not images:
        raise UsageError("name an image: --image=debian-13", resolution=_choice())
    lab = Lab()
    for image in images:
        boxes.refuse(image)
    lab.require()
    made = [boxes.build(image, lab.cache, _say) for image in images]
    if options.to:
        made = [_copied(each, Path(options.to)) for each in made]
    if options.json:
        print(json.dumps([_row(each) for each in made], indent=2))
        return 0
    for each in made:
        print(f"{each.path}\nsha256 {each.sha256}")
        print(f"  vagrant box add --name {each.name} {each.path}", file=sys.stderr)
    return 0


def _choice() -> str:
    return f"boxes can be made of: {', '.join(systems.bootable())}"


def _copied(made: boxes.Box, folder: Path) -> boxes.Box:
    """The box in the caller's folder, the checksum beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (made.path, made.path.with_suffix(".box.sha256")):
        shutil.copy2(path, folder / path.name)
    return boxes.Box(made.image, (folder / made.path.name).absolute(), made.sha256)


def _row(made: boxes.Box) -> dict[str, str]:
    return {
        "image": made.image,
        "name": made.name,
        "version": made.version,
        "box": str(made.path),
        "sha256": made.sha256,
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def list_(options: SimpleNamespace) -> int:
    """The machines that were brought up and are not taken down."""
    found = _machines().all()
    if options.json:
        print(json.dumps([asdict(machine) for machine in found], indent=2))
        return 0
    for machine in found:
        print(f"{machine.name}\t{machine.image}\t{machine.user}@{machine.address}:{machine.port}")
        print(f"  ssh -i {machine.private_key} {machine.user}@{machine.address}", file=sys.stderr)
    if not found:
        print(f"no virtual machine is up ({PROGRAM} evaluate --hosts=vagrant:debian-13 --keep)")
    return 0


def down(options: SimpleNamespace) -> int:
    """Removes machines; without names everything that is left of any, but the boxes."""
    machines = _machines()
    names = words(options.names or [])
    if names:
        flags.all_up(names, {machine.name for machine in machines.all()}, "virtual machine")
    removed = machines.down(names or None)
    if not names:
        Lab().rest()  # the mirror that machines had, where nobody else has it
    print(f"removed: {', '.join(removed) or 'nothing was up'}")
    return 0


def _machines() -> Machines:
    return Machines(default_cache() / "vm")
