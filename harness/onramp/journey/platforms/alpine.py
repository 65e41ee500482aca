"""Alpine Linux: apk, OpenRC, busybox, musl.

Docker has no packages for it. The packages are in its community repository, and nothing starts by
itself: https://wiki.alpinelinux.org/wiki/Docker.
"""

from __future__ import annotations

from onramp.journey import service_managers
from onramp.journey.package_managers import APK
from onramp.journey.platforms import Driver
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """The row of Alpine Linux: its own packages, as Docker has none for it."""
    return Platform(
        id="alpine",
        title="Alpine Linux",
        package_manager=APK,
        service_manager=service_managers.running(facts, service_managers.OPENRC),
        distribution_packages=("docker", "docker-cli-compose", "docker-cli-buildx"),
        distribution_compose=("docker-cli-compose",),
        starts_itself=False,
        join_group="addgroup {user} {group}",
        documented_group=("sudo addgroup $USER docker",),
        docs_url="https://wiki.alpinelinux.org/wiki/Docker",
    )


DRIVER = Driver(id="alpine", ids=("alpine",), platform=platform)
