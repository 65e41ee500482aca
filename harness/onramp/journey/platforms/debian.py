"""Debian and what is derived from it.

Packages and commands: https://docs.docker.com/engine/install/debian/. Debian itself ships a
Compose plugin (package docker-compose, version 2) from 13 on; before that docker-compose is the
retired version 1: https://packages.debian.org/docker-compose.
"""

from __future__ import annotations

from onramp.journey import service_managers
from onramp.journey.package_managers import APT
from onramp.journey.platforms import DOCKER_PACKAGES, Driver
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.unknown import known

CONFLICTING = (
    "docker.io",
    "docker-compose",
    "docker-doc",
    "docker-buildx",
    "podman-docker",
    "containerd",
    "runc",
)
CODENAMES = {"11": "bullseye", "12": "bookworm", "13": "trixie"}
WITHOUT_COMPOSE_V2 = frozenset({"buster", "bullseye", "bookworm"})


def platform(facts: Facts) -> Platform:
    """Debian's row, with the codename the host (or the Debian it derives from) goes by."""
    codename = _codename(facts)
    modern = codename is not None and codename not in WITHOUT_COMPOSE_V2
    return Platform(
        id="debian",
        title="Debian",
        package_manager=APT,
        service_manager=service_managers.running(facts, service_managers.SYSTEMD),
        repository_os="debian",
        repository_codename=codename,
        conflicting=CONFLICTING,
        engine_packages=DOCKER_PACKAGES,
        distribution_packages=_distribution(modern),
        distribution_compose=("docker-compose",) if modern else (),
        docs_url="https://docs.docker.com/engine/install/debian/",
    )


def _codename(facts: Facts) -> str | None:
    """VERSION_CODENAME is what the page says to use; a derivative's DEBIAN_CODENAME is not read
    there either, so that the newcomer's stumble over it is met before it is mended."""
    version = known(facts.os_version) or ""
    return known(facts.os_codename) or CODENAMES.get(version.split(".")[0])


def _distribution(modern: bool) -> tuple[str, ...]:
    # since 13 the command line is a package of its own, only recommended by docker.io
    return ("docker.io", "docker-cli", "docker-buildx") if modern else ("docker.io",)


DRIVER = Driver(id="debian", ids=("debian",), platform=platform)
