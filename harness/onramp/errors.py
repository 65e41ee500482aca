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
        """One line of bounded length without control characters, whatever was quoted in it."""
        parts = ((self.brief, 400), (self.details, 4000), (self.resolution, 400))
        return " · ".join(_line(part, most) for part, most in parts if part.strip())


def _line(text: str, most: int) -> str:
    """Both ends of what is too long: the beginning says where, the end says what."""
    words = " ".join(text.split())
    cut = words if len(words) <= most else f"{words[: most // 2]} … {words[-(most // 2) :]}"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


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
