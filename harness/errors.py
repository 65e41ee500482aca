"""What can go wrong in the harness itself, in three parts a person can act on.

A failing host is data, never an exception. These are for a broken harness, a fault in what the
user gave us, or a lost link::

    HarnessError            brief, details, resolution           exit 250
    ├── UsageError          a flag, inventory or stack at fault   exit 1, nothing was touched
    └── LinkError           no login, or the link was lost        exit 4 for that host
"""

from __future__ import annotations


class HarnessError(Exception):
    """Something the user has to know: what happened, the tool's own words, what to do next.

    `brief` is one line naming what and where; `details` keeps the original cause verbatim (may be
    several lines); `resolution` says what to do.
    """

    exit_code = 250

    def __init__(self, brief: str, details: str = "", resolution: str = "") -> None:
        super().__init__(brief)
        self.brief = brief
        self.details = details
        self.resolution = resolution

    def __str__(self) -> str:
        parts = (self.brief, self.details, self.resolution)
        return " · ".join(" ".join(part.split()) for part in parts if part.strip())


class UsageError(HarnessError):
    """Bad input, found before any host was touched."""

    exit_code = 1


class LinkError(HarnessError):
    """The connection could not be opened, or was lost.

    `kind` says which: "refused", "timeout", "unreachable", "dns", "auth", "host-key", "protocol",
    "lost". `details` carries the SSH library's own words, which is what diagnosis reads.
    """

    exit_code = 4

    def __init__(
        self, brief: str, details: str = "", resolution: str = "", *, kind: str = "lost"
    ) -> None:
        super().__init__(brief, details, resolution)
        self.kind = kind
