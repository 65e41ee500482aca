"""CentOS Stream.

Packages and commands: https://docs.docker.com/engine/install/centos/, which leaves podman and runc
out of what is to be removed first.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.platforms import Driver, rhel
from onramp.model.facts import Facts
from onramp.model.platform import Platform

CONFLICTING = tuple(name for name in rhel.CONFLICTING if name not in ("podman", "runc"))


def platform(facts: Facts) -> Platform:
    """RHEL's row with CentOS' directory of Docker's repository."""
    return replace(
        rhel.platform(facts),
        id="centos",
        title="CentOS Stream",
        repository_os="centos",
        conflicting=CONFLICTING,
        docs_url="https://docs.docker.com/engine/install/centos/",
    )


DRIVER = Driver(id="centos", ids=("centos",), platform=platform)
