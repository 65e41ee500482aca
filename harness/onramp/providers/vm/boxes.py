"""Vagrant boxes made from the lab's images, for machines where none can be downloaded.

A box is the image with a kernel, a boot loader, the user `vagrant` and its known key, on a disk for
libvirt. Two builds from the same packages give the same bytes, and a checksum lies beside it.
https://vagrant-libvirt.github.io/vagrant-libvirt/boxes.html
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from pathlib import Path

from msgspec import Struct

from onramp.errors import UsageError
from onramp.providers import Progress
from onramp.providers.lab import artifacts, subprocesses
from onramp.providers.lab.bootstrap import EPOCH
from onramp.providers.lab.images import IMAGES, Image
from onramp.providers.vm import box_tools, disks, systems
from onramp.providers.vm.systems import System

PROVIDER = "libvirt"


class Box(Struct, frozen=True):
    """A box's file; `name` and `version` are what Vagrant knows it by, `sha256` is hexadecimal."""

    image: str
    path: Path
    sha256: str

    @property
    def name(self) -> str:
        return f"onramp/{self.image}"

    @property
    def version(self) -> str:
        """One a content: Vagrant then never takes an older box for it."""
        return f"0.0.{int(self.sha256[:12], 16)}"

    @property
    def catalog(self) -> str:
        """What Vagrant reads (JSON) to give the box its version and to check its checksum."""
        source = {
            "name": PROVIDER,
            "url": self.path.as_uri(),
            "checksum_type": "sha256",
            "checksum": self.sha256,
        }
        versions = [{"version": self.version, "providers": [source]}]
        return json.dumps({"name": self.name, "versions": versions}, indent=1)


def build(image: str, cache: Path, progress: Progress) -> Box:
    """The image's box, made if it is not there yet: about two minutes for Debian.

    `cache` is the lab's. Raises UsageError for an image that no machine can be made of.
    """
    row, system = _bootable(image)

    def make(folder: Path) -> None:
        work = folder / "work"
        work.mkdir()
        system.make(row, work / "root", cache, progress)
        _make(folder, row, system, cache, progress)
        subprocesses.remove_tree(work)

    recipe = [*system.recipe(row), *disks.recipe(), _vagrantfile(system), _loader(system)]
    folder = artifacts.built(cache / "boxes", image, recipe, make)
    return _read(image, folder)


def refuse(image: str) -> None:
    """Raises UsageError for an image that no box can be made of, here or anywhere."""
    _bootable(image)


def _bootable(image: str) -> tuple[Image, System]:
    if platform.machine() != "x86_64":
        raise UsageError(
            f"boxes are made on x86_64, and this machine is {platform.machine()}",
            resolution="take boxes that others publish: vagrant up, with the Vagrantfile",
        )
    row = IMAGES.get(image)
    system = systems.of(row) if row else None
    if row is None or system is None:
        raise UsageError(
            f"no box can be made of image {image!r}",
            resolution=f"of these it can: {', '.join(systems.bootable())}",
        )
    return row, system


def _make(folder: Path, row: Image, system: System, cache: Path, progress: Progress) -> None:
    work, tools = folder / "work", box_tools.build(cache, progress)
    config = work / "root/boot/grub/grub.cfg"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(_loader(system))
    progress(f"writing the disk of {row.name} (about half a minute)")
    disk = disks.make(work / "root", work, tools)
    path = folder / f"{row.name}.box"
    _pack(path, disk, _vagrantfile(system))
    path.with_suffix(".box.sha256").write_text(f"{_sha256(path)}  {path.name}\n")


def _read(image: str, folder: Path) -> Box:
    path = folder / f"{image}.box"
    return Box(image, path, path.with_suffix(".box.sha256").read_text().split()[0])


def _loader(system: System) -> str:
    return disks.grub_config(system.kernel, system.initrd, system.words)


def _vagrantfile(system: System) -> str:
    """What of a machine follows from what is in the box."""
    return f"""Vagrant.configure("2") do |config|
  config.ssh.shell = "{system.shell}"
  config.vm.synced_folder ".", "/vagrant", disabled: true
end
"""


def _pack(path: Path, disk: Path, vagrantfile: str) -> None:
    """The archive: metadata, Vagrantfile and disk, each with the same time and owner."""
    about = {"provider": PROVIDER, "format": "qcow2", "virtual_size": disks.SIZE_MB // 1024}
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as box:
        for name, text in (("metadata.json", json.dumps(about)), ("Vagrantfile", vagrantfile)):
            box.addfile(_entry(name, len(text.encode())), io.BytesIO(text.encode()))
        with disk.open("rb") as file:
            box.addfile(_entry("box.img", disk.stat().st_size), file)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, EPOCH, 0o644
    return entry


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
