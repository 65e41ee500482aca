"""openSUSE Leap and Tumbleweed, and SLES, whose Containers Module has the same packages.

Docker's packages for SLES were for s390x alone and have ended:
https://docs.docker.com/engine/install/. The commands: https://en.opensuse.org/Docker.
"""

from __future__ import annotations

from onramp.journey import service_managers
from onramp.journey.package_managers import ZYPPER
from onramp.journey.platforms import Driver
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of openSUSE: its own packages, as Docker has none for it."""
    return Platform(
        id="suse",
        title="openSUSE",
        package_manager=ZYPPER,
        service_manager=service_managers.running(facts, service_managers.SYSTEMD),
        distribution_packages=("docker", "docker-compose", "docker-buildx"),
        distribution_compose=("docker-compose",),
        starts_itself=False,
        docs_url="https://en.opensuse.org/Docker",
    )


DRIVER = Driver(
    id="suse",
    ids=("opensuse-leap", "opensuse-tumbleweed", "opensuse", "suse", "sles"),
    platform=platform,
)
