"""`--for=debian-12,debian-13` as platforms: what is known of a system by its name and version."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.journey import platforms
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.settings import Settings


class Target(Struct, frozen=True):
    """One system to have packages for, as the settings want its engine installed."""

    os: str
    version: str
    platform: Platform
    settings: Settings

    @property
    def id(self) -> str:
        return f"{self.os}-{self.version}"


def target(word: str, settings: Settings, made: Iterable[str]) -> Target:
    """`made` are the package managers whose packages can be fetched. Raises UsageError."""
    os_id, dash, version = word.rpartition("-")
    if not dash or not os_id or not version:
        raise UsageError(
            f"--for: found {quoted(word)}, expected a system and its version", "", "--for=debian-13"
        )
    facts = Facts(os_id=os_id, os_like=(), os_version=version, os_codename=None)
    platform = platforms.resolve(facts)
    if platform is None:
        raise UsageError(f"--for={word}: Onramp knows no system {quoted(os_id)}")
    manager = platform.package_manager
    if manager.name not in made or not platform.repository_codename or not manager.vendor:
        raise UsageError(
            f"--for={word}: no mirror can be made for it yet",
            resolution="so far for Debian, as debian-12 or debian-13",
        )
    return Target(os_id, version, platform, settings)
