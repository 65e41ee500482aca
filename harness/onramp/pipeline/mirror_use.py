"""A host that has a mirror instead of a network: served to it for the time of a run."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from onramp.airgap import mirrors
from onramp.config.parse_settings import configured
from onramp.errors import HarnessError
from onramp.journey import air_gap
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.settings import merge
from onramp.model.unknown import known
from onramp.pipeline.host_session import HostSession

CLEARED_WITHIN_S: Final = 15.0
_ASIDE = "apt was shown the mirror alone, in a folder of its own that is gone again"
_THROUGH_SSH = (
    "everything came from a mirror's folder, served through this SSH connection at {origin}",
    _ASIDE + "; images were built with the host's network, where that address is",
    "Docker's source and daemon.json go on naming {origin}: nothing answers there between runs",
)
_BY_ADDRESS = ("everything came from the mirror at {origin}", _ASIDE)


def attach(session: HostSession) -> None:
    """Serves the mirror that the settings name. Raises LinkError where sshd allows no forwarding.

    What the user set for single things goes before the mirror's.
    """
    host = session.host
    word = host.settings.mirror
    if word is None:
        return
    mirror = session.run.options.mirrors.get(word) or mirrors.open_mirror(word)
    if mirror.folder:
        session.connection.serve(mirrors.PORT, mirror.folder.answer)
    raw = merge(mirrors.settings(mirror.origin), host.raw_settings)
    session.host = configured(host, {**raw, "mirror": mirror.origin}, where=host.name)
    session.mirror = mirror
    for text in _THROUGH_SSH if mirror.folder else _BY_ADDRESS:
        session.note(text.format(origin=mirror.origin))


def pointed(session: HostSession, facts: Facts, platform: Platform) -> Platform:
    """The platform as the mirror serves it. Raises HarnessError where it has nothing for it."""
    mirror = session.mirror
    if mirror is None or session.host.settings.docker.method == "present":
        return platform
    content, name = mirror.content, session.host.name
    system = mirrors.system_of(content, facts, platform)
    if system is None or platform.package_manager.name not in air_gap.MANAGERS:
        has = ", ".join(f"{one.id}-{one.version}" for one in content.systems) or "no system"
        raise HarnessError(
            f"{name}: the mirror has nothing for {known(facts.os_pretty) or platform.title}",
            f"it was made for {has}",
        )
    if known(facts.arch) not in (None, content.arch):
        raise HarnessError(f"{name} is {facts.arch}, and the mirror was made for {content.arch}")
    return air_gap.pointed(platform, mirror.origin, system.repositories)


def detach(session: HostSession) -> None:
    """Nothing of the mirror's own set-up stays behind, as far as the host still listens."""
    if session.mirror is not None and session.plan is not None and not session.run.options.check:
        session.clean_up(replace(air_gap.cleared(session.plan), timeout_s=CLEARED_WITHIN_S))
