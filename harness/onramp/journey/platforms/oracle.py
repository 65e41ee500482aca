"""Oracle Linux: no page of Docker's, and the convenience script rejects it.

Its ID is ol. What CentOS is given works: https://github.com/docker/for-linux/issues/1537.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.platforms import Driver, centos
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of CentOS."""
    return replace(
        centos.platform(facts),
        id="oracle",
        title="Oracle Linux",
        note="Docker has no page for Oracle Linux; its page for CentOS is followed",
    )


DRIVER = Driver(id="oracle", ids=("ol",), platform=platform)
