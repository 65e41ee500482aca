"""Debian, and what goes by Ubuntu's name: Debian's own packages, Docker's in its layout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import bootstrap, mirror_packages
from onramp.providers.lab.families import Family
from onramp.providers.lab.images import Image


def _make(image: Image, root: Path, cache: Path, progress: Progress) -> None:
    bootstrap.make(image, root)


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    linux = mirror_packages.build(home, progress) / "linux"
    return {f"linux/{system}": linux / system for system, _, _ in mirror_packages.SUITES}


FAMILY = Family("debian", bootstrap.recipe, _make, _published)
