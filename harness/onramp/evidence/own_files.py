"""A folder's own files: no link and no `..` leads out of it.

A run may come from somebody else, and its events name files. What a link leads to outside is
neither read, lest a report shows it, nor written over. The one spelling of that rule.
"""

from __future__ import annotations

import os
from pathlib import Path


def lies_within(path: str | Path, folder: str | Path) -> bool:
    """Whether `path`, every link and `..` of it followed, is `folder` or below it.

    Neither need exist: what is yet to be written is judged by where it would come to lie. What
    cannot be followed (links in a circle, a name with a NUL) does not lie within.
    """
    try:
        real, home = os.path.realpath(path), os.path.realpath(folder)
        return not os.path.islink(real) and os.path.commonpath((real, home)) == home
    except (OSError, ValueError):
        return False


def own_file(folder: str | Path, name: str | Path) -> Path | None:
    """The regular file that evidence in `folder` calls so; None where there is none within.

    A pipe or a device is none: reading it could wait for ever.
    """
    path = os.path.join(folder, name)
    try:
        return Path(path) if os.path.isfile(path) and lies_within(path, folder) else None
    except ValueError:  # a name with a NUL
        return None
