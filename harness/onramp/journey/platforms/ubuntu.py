"""Ubuntu and what is derived from it.

Packages and commands: https://docs.docker.com/engine/install/ubuntu/. The page takes
UBUNTU_CODENAME where there is one, so Mint and its like resolve without a stumble. Ubuntu's own
Compose plugin is docker-compose-v2, in the archive since 22.04:
https://packages.ubuntu.com/docker-compose-v2.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.platforms import Driver, debian
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.unknown import known

WITHOUT_COMPOSE_V2 = frozenset({"trusty", "xenial", "bionic"})


def platform(facts: Facts) -> Platform:
    """Ubuntu's row: Debian's tools, another repository directory and other package names."""
    codename = known(facts.ubuntu_codename) or known(facts.os_codename)
    has_v2 = codename is not None and codename not in WITHOUT_COMPOSE_V2
    return replace(
        debian.platform(facts),
        id="ubuntu",
        title="Ubuntu",
        repository_os="ubuntu",
        repository_codename=codename,
        conflicting=(*debian.CONFLICTING, "docker-compose-v2"),
        distribution_packages=("docker.io", "docker-buildx"),
        distribution_compose=("docker-compose-v2",) if has_v2 else (),
        docs_url="https://docs.docker.com/engine/install/ubuntu/",
    )


DRIVER = Driver(id="ubuntu", ids=("ubuntu",), platform=platform)
