"""Arch Linux and what is derived from it (Manjaro, EndeavourOS): pacman, a system that rolls.

Docker has no packages for it: https://wiki.archlinux.org/title/Docker.
"""

from __future__ import annotations

from onramp.journey import service_managers
from onramp.journey.package_managers import PACMAN
from onramp.journey.platforms import Driver
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of Arch Linux: its own packages, as Docker has none for it."""
    return Platform(
        id="arch",
        title="Arch Linux",
        package_manager=PACMAN,
        service_manager=service_managers.running(facts, service_managers.SYSTEMD),
        distribution_packages=("docker", "docker-compose", "docker-buildx"),
        distribution_compose=("docker-compose",),
        starts_itself=False,
        documented_group=("sudo usermod -aG docker $USER",),
        docs_url="https://wiki.archlinux.org/title/Docker",
    )


DRIVER = Driver(id="arch", ids=("arch", "archarm"), platform=platform)
