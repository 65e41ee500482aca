"""How many hosts at a time, where nobody says: as many as this machine serves without haste.

From measurements (docs/scale.md): a host at work costs a processor here less than a tenth of its
time, memory a megabyte or two, and up to six file descriptors.
"""

from __future__ import annotations

import os
import resource
from typing import Final

from onramp.providers.memory import available_kb

FEWEST: Final = 16
MOST: Final = 128
A_PROCESSOR: Final = 8
FILES_A_HOST: Final = 8
KB_A_HOST: Final = 8 * 1024


def chosen() -> int:
    """From FEWEST to MOST; fewer where file descriptors or memory are short."""
    processors = len(os.sched_getaffinity(0))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = min(MOST, files // FILES_A_HOST, available_kb() // KB_A_HOST)
    return max(1, min(most, max(FEWEST, A_PROCESSOR * processors)))
