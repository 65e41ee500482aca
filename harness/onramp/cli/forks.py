"""How many hosts at a time, where nobody says: as many as this machine serves without haste.

From measurements (docs/scale.md): a host at work costs a processor here less than a tenth of its
time, memory a megabyte or two, and up to seven file descriptors.
"""

from __future__ import annotations

import os
import resource
from typing import Final

from onramp.pipeline.pool import MOST_ASIDE
from onramp.providers.memory import available_kb

FEWEST: Final = 16
MOST: Final = 128
A_PROCESSOR: Final = 8
FILES_A_HOST: Final = 8
OWN_FILES: Final = 64
KB_A_HOST: Final = 8 * 1024


def allow_files(forks: int) -> None:
    """Raises the limit of open files where so many hosts need more, as far as the system lets us.

    Not otherwise: what is started from here, such as a lab host, has the same limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = forks * FILES_A_HOST + MOST_ASIDE + OWN_FILES
    wanted = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def chosen() -> int:
    """From FEWEST to MOST; fewer where file descriptors or memory are short."""
    processors = len(os.sched_getaffinity(0))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = min(MOST, files // FILES_A_HOST, available_kb() // KB_A_HOST)
    return max(1, min(most, max(FEWEST, A_PROCESSOR * processors)))
