"""`docker.method=all`: every way to an engine, each on a fresh host of its own, to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.journey import Scope, methods
from onramp.model.host import Host
from onramp.model.settings import merge

ALL: Final = "all"
SCOPES: Final[tuple[Scope, ...]] = ("evaluate", "provision")
_NOT_ON_A_CLEAN_HOST: Final = frozenset({"present"})


def every_method(hosts: Iterable[Host], scope: Scope) -> tuple[Host, ...]:
    """The hosts, one that is to try all ways as a host for each of them.

    Raises UsageError for a host that does not come fresh, and where nothing would be installed.
    """
    return tuple(one for host in hosts for one in _each(host, scope))


def _each(host: Host, scope: Scope) -> Iterator[Host]:
    if host.settings.docker.method != ALL:
        yield host
        return
    if scope not in SCOPES:
        brief = f"{host.name}: docker.method=all installs an engine in every way"
        raise UsageError(brief, resolution=f"use it with {' or '.join(SCOPES)}, not with {scope}")
    if host.provider not in ("lab", "vm"):
        brief = f"{host.name}: docker.method=all needs a fresh host for every way"
        raise UsageError(brief, resolution="name an image of the lab, such as lab:debian-13")
    image = host.image or host.name
    for method in sorted(methods.methods().keys() - _NOT_ON_A_CLEAN_HOST):
        raw = merge(host.raw_settings, {"docker": {"method": method}})
        own = replace(host, name=f"{host.name}-{method}", image=image)
        yield configured(own, raw, where=host.origin or host.name)
