"""Red Hat Enterprise Linux, and the rebuilds that have no file of their own.

Packages and commands: https://docs.docker.com/engine/install/rhel/. RHEL itself ships podman, and
no Docker Engine: there is nothing for `docker.method=distribution`.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.package_managers import DNF4
from onramp.journey.platforms import Driver, fedora
from onramp.model.facts import Facts
from onramp.model.platform import Platform

CONFLICTING = (*(n for n in fedora.CONFLICTING if "selinux" not in n), "podman", "runc")


def platform(facts: Facts) -> Platform:
    """RHEL's row: Fedora's packages, spoken of by dnf 4."""
    return replace(
        fedora.platform(facts),
        id="rhel",
        title="Red Hat Enterprise Linux",
        package_manager=DNF4,
        repository_os="rhel",
        conflicting=CONFLICTING,
        distribution_packages=(),
        distribution_compose=(),
        docs_url="https://docs.docker.com/engine/install/rhel/",
    )


DRIVER = Driver(id="rhel", ids=("rhel",), platform=platform, platform_id="platform:el")
