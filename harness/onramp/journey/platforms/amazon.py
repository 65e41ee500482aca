"""Amazon Linux 2023: its own engine, without a Compose plugin.

Docker has no packages for it: the releasever of its dnf is a date, which no directory of Docker's
repository is called. https://docs.aws.amazon.com/linux/al2023/ug/docker.html. That Compose has no
package: https://github.com/amazonlinux/amazon-linux-2023/issues/186.
"""

from __future__ import annotations

from msgspec.structs import replace

from onramp.journey.package_managers import DNF4
from onramp.journey.platforms import Driver, rhel
from onramp.model.facts import Facts
from onramp.model.platform import Platform


def platform(facts: Facts) -> Platform:
    """Amazon's row: one package, and nothing of Docker's own."""
    return replace(
        rhel.platform(facts),
        id="amazon",
        title="Amazon Linux",
        package_manager=replace(
            DNF4, vendor=None, documented_install="sudo dnf install -y {packages}"
        ),
        repository_os="",
        engine_packages=(),
        conflicting=(),
        distribution_packages=("docker",),
        distribution_compose=(),
        docs_url="https://docs.aws.amazon.com/linux/al2023/ug/docker.html",
    )


DRIVER = Driver(id="amazon", ids=("amzn",), platform=platform, platform_id="platform:al")
