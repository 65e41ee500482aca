"""How each family of systems becomes a lab image, and what the mirror serves it: one file each.

Each exports `FAMILY`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab.images import Image


class Family(Struct, frozen=True):
    """`make(image, root, cache, progress)` makes the directory `root`; `recipe` is all it is made from.

    `published(home, progress)` builds what the mirror serves to hosts of the family, in `home` (the
    mirror's), and says where it belongs: {"linux/fedora": directory}. `takes`: how long a first
    build takes, in words.
    """  # noqa: E501

    id: str
    recipe: Callable[[Image], list[str]]
    make: Callable[[Image, Path, Path, Progress], None]
    published: Callable[[Path, Progress], Mapping[str, Path]]
    takes: str = "half a minute"


@cache
def families() -> Mapping[str, Family]:
    """Every family, by its id."""
    import onramp.providers.lab.families
    from onramp.plugins import collect

    return collect(onramp.providers.lab.families, Family)


def named(family_id: str) -> Family:
    """The family of an image; images.py names no other."""
    return families()[family_id]
