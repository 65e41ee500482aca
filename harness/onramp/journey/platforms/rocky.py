"""Rocky Linux: no page of Docker's, but a directory of its repository.

The convenience script uses it: https://github.com/docker/docker-install.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.platforms import Driver, rhel
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of RHEL, with a directory of its own in the repository."""
    return replace(
        rhel.platform(facts),
        id="rocky",
        title="Rocky Linux",
        repository_os="rocky",
        note="Docker has no page for Rocky Linux; its page for RHEL is followed",
    )


DRIVER = Driver(id="rocky", ids=("rocky",), platform=platform)
