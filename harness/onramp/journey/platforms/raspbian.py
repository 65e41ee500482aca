"""Raspberry Pi OS, 32-bit, which calls itself raspbian. The 64-bit one is Debian.

https://docs.docker.com/engine/install/raspberry-pi-os/: a directory of its own, up to 12; later
releases find their packages in Debian's (docker/docker-install, pull request 565).
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from onramp.journey.platforms import Driver, debian
from onramp.model.facts import Facts
from onramp.model.platform import Platform

OWN: Final = frozenset({"buster", "bullseye", "bookworm"})


def platform(facts: Facts) -> Platform:
    """Debian's row, with Raspberry Pi's own directory where there is one."""
    plain = debian.platform(facts)
    return replace(
        plain,
        id="raspbian",
        title="Raspberry Pi OS",
        repository_os="raspbian" if plain.repository_codename in OWN else "debian",
        docs_url="https://docs.docker.com/engine/install/raspberry-pi-os/",
    )


DRIVER = Driver(id="raspbian", ids=("raspbian",), platform=platform)
