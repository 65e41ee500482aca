"""Root file systems: built once per image by its family, cached, never booted themselves.

A host is an overlay on one of these.
"""

from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import artifacts, families
from onramp.providers.lab.images import Image


def build(image: Image, cache: Path, progress: Progress = lambda line: None) -> Path:
    """The image's root directory, built if it is not there yet.

    Raises HarnessError with the words of the program that could not build it.
    """
    family = families.named(image.family)

    def make(folder: Path) -> None:
        progress(f"building image {image.name} (once, about {family.takes})")
        family.make(image, folder / "root", cache, progress)

    return artifacts.built(cache / "images", image.name, family.recipe(image), make) / "root"
