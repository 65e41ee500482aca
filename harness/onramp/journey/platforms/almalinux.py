"""AlmaLinux: no page of Docker's, and the convenience script rejects it.

What RHEL is given works: https://github.com/docker/for-linux/issues/1537.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.platforms import Driver, rhel
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of RHEL."""
    return replace(
        rhel.platform(facts),
        id="almalinux",
        title="AlmaLinux",
        note="Docker has no page for AlmaLinux; its page for RHEL is followed",
    )


DRIVER = Driver(id="almalinux", ids=("almalinux",), platform=platform)
