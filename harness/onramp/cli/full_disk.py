"""What a full disk kept from being written: one line, however many files of however many hosts."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from typing import Final

from onramp.evidence.host_evidence import NOT_ON_DISK
from onramp.evidence.run_dir import RunDirectory
from onramp.text.humanize import counted

FULL: Final = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))
FEW: Final = 20  # faults of which each has its line
NAMED: Final = 3


def told(faults: Sequence[str], directory: RunDirectory) -> Iterator[str]:
    """The faults of a run as a terminal shows them."""
    full = [one for one in faults if NOT_ON_DISK in one or any(word in one for word in FULL)]
    if len(full) <= FEW:
        yield from faults
        return
    yield from (one for one in faults if one not in full)
    yield _in_one_line(full, directory)


def _in_one_line(full: Sequence[str], directory: RunDirectory) -> str:
    cause = next((word for word in FULL if word in full[0]), FULL[0])
    known = {host.name for host in directory.evidence}
    hosts = [
        name for name in dict.fromkeys(one.partition(": ")[0] for one in full) if name in known
    ]
    whose = ", ".join([*hosts[:NAMED], *["…"][: len(hosts) - NAMED]])
    missing = any(host.waiting for host in directory.evidence)
    again = (
        f"{directory.arguments[0]} --resume" if missing and directory.arguments else "report --run"
    )
    return (
        f"{cause}: {len(full)} times something was not written, of {counted(len(hosts), 'host')} "
        f"({whose}); make room, then go on with ./invoke {again}={directory.id}"
    )
