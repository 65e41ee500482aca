"""One file per OS family; each exports `DRIVER`.

A driver turns facts into a `Platform`. `resolve` picks it by ID; then, with a note, by PLATFORM_ID
(a rebuild of Enterprise Linux may say it is like Fedora, too, and Nobara, which is Fedora, like
RHEL); then by ID_LIKE. It returns None where nobody knows the system: nothing is then changed on
the host. os-release(5) says what these fields are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.unknown import UNKNOWN, known

# Docker's own packages, by the names its pages give them on every system
DOCKER_PACKAGES: Final = (
    "docker-ce",
    "docker-ce-cli",
    "containerd.io",
    "docker-buildx-plugin",
    "docker-compose-plugin",
)


class Driver(Struct, frozen=True):
    """What an OS family exports: the ids it answers for and how it reads the facts.

    `platform_id`: what PLATFORM_ID begins with, such as "platform:el".
    """

    id: str
    ids: tuple[str, ...]
    platform: Callable[[Facts], Platform | None]
    platform_id: str = ""


@cache
def drivers() -> Mapping[str, Driver]:
    """All drivers, by id."""
    import onramp.journey.platforms
    from onramp.plugins import collect

    return collect(onramp.journey.platforms, Driver)


def resolve(facts: Facts) -> Platform | None:
    """The platform of a host, or None where no driver knows it."""
    if facts.os_id is UNKNOWN:
        return None
    candidates = drivers().values()
    for driver in candidates:
        if facts.os_id in driver.ids:
            return driver.platform(facts)
    said = known(facts.platform_id) or ""
    for driver in candidates:
        if driver.platform_id and re.fullmatch(rf"{driver.platform_id}\d+(\.\d+)?", said):
            return _noted(driver.platform(facts), facts.os_id, driver.id)
    for like in known(facts.os_like) or ():
        for driver in candidates:
            if like in driver.ids:
                return _noted(driver.platform(facts), facts.os_id, like)
    return None


def _noted(platform: Platform | None, os_id: str, like: str) -> Platform | None:
    if platform is None:
        return None
    note = f"{os_id} is not a system Docker documents; treated as {like}, which it says it is like"
    return replace(platform, note=note)
