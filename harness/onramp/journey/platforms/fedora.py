"""Fedora and its remixes.

Packages and commands: https://docs.docker.com/engine/install/fedora/. The packages start nothing:
https://docs.fedoraproject.org/en-US/packaging-guidelines/DefaultServices/. Fedora's own engine is
moby-engine: https://packages.fedoraproject.org/pkgs/moby-engine/.
"""

from __future__ import annotations

from onramp.journey import service_managers
from onramp.journey.package_managers import DNF5
from onramp.journey.platforms import DOCKER_PACKAGES, Driver
from onramp.model.facts import Facts
from onramp.model.platform import Platform

CONFLICTING = (
    "docker",
    "docker-client",
    "docker-client-latest",
    "docker-common",
    "docker-latest",
    "docker-latest-logrotate",
    "docker-logrotate",
    "docker-selinux",
    "docker-engine-selinux",
    "docker-engine",
)


def platform(facts: Facts) -> Platform:
    """Fedora's row; every release of today's has dnf5."""
    return Platform(
        id="fedora",
        title="Fedora",
        package_manager=DNF5,
        service_manager=service_managers.running(facts, service_managers.SYSTEMD),
        repository_os="fedora",
        conflicting=CONFLICTING,
        engine_packages=DOCKER_PACKAGES,
        distribution_packages=("moby-engine", "docker-cli", "docker-buildx", "docker-compose"),
        distribution_compose=("docker-compose",),
        starts_itself=False,
        docs_url="https://docs.docker.com/engine/install/fedora/",
    )


DRIVER = Driver(
    id="fedora", ids=("fedora", "fedora-asahi-remix"), platform=platform, platform_id="platform:f"
)
