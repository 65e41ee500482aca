"""How an OS family installs packages and runs services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PackageManager:
    """How packages are spoken of here: templates with `{packages}` already quoted by the caller."""

    name: str
    refresh: str
    install: str
    remove: str
    purge: str  # its configuration too
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """How services are spoken of here; templates with `{unit}`. Empty: not a thing here."""

    name: str
    start: str
    enable: str
    restart: str
    status: str
    is_enabled: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """What a driver knows of one OS family; made by `platforms.resolve`."""

    id: str
    title: str
    package_manager: PackageManager
    service_manager: ServiceManager
    repository_os: str  # directory below docker.repository, such as "debian"
    repository_codename: str | None
    conflicting: tuple[str, ...]  # packages the vendor's page says to remove
    engine_packages: tuple[str, ...]  # Docker's own
    distribution_packages: tuple[str, ...]
    distribution_compose: tuple[str, ...]  # empty: no Compose plugin there
    note: str = ""  # said when resolved through ID_LIKE
    docs_url: str = ""
