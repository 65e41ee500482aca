"""How an OS family installs packages and runs services: what a platform's file is made of.

Templates: `{packages}` is names quoted by the caller, `{unit}` a service's name, as `{group}` and
`{user}` are. In a repository's
set-up `{url}` is its base with the system's directory, `{codename}` the release's, `{channel}` and
`{arch}` what the host and the settings say.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Run(Struct, frozen=True):
    """A command, run as root."""

    script: str


class Fetch(Struct, frozen=True):
    """A file from the web, put there as root."""

    url: str
    path: str


class Write(Struct, frozen=True):
    """A file of ours, written as root."""

    path: str
    text: str


class VendorRepository(Struct, frozen=True):
    """How Docker's own repository is added, once `prerequisites` are installed.

    `documented` is what its page says to type for that, with `{url}` the documented address;
    `files` are what is left on the host. `pinned` names one `{version}` of a `{package}`.
    """

    prerequisites: tuple[str, ...]
    set_up: tuple[Run | Fetch | Write, ...]
    documented: tuple[str, ...]
    files: tuple[str, ...]
    pinned: str
    documented_prerequisites: str = ""  # where its page words that otherwise than an installation


class PackageManager(Struct, frozen=True):
    """How packages are spoken of here; `documented_…` are the words of vendors' pages.

    `program` is what a host that has it has. `installed` prints "name version" of those of
    `{packages}` that are there. `refresh` reads the lists of packages anew; where no page has
    people type that (no `documented_refresh`) the manager does it by itself.
    """

    name: str
    program: str
    refresh: str
    install: str
    remove: str
    installed: str
    installed_shown: str
    documented_install: str
    documented_purge: str
    documented_refresh: tuple[str, ...] = ()
    purge: str = ""  # its configuration too; empty: `remove` keeps none
    env: Mapping[str, str] = field(default_factory=dict)
    vendor: VendorRepository | None = None
    aside: tuple[Run | Fetch | Write, ...] = ()  # what lets it see a mirror alone (air_gap.py)


class ServiceManager(Struct, frozen=True):
    """How services are spoken of here. Empty: not a thing here."""

    name: str
    start: str
    enable: str
    restart: str
    status: str
    is_enabled: str = ""
    is_enabled_shown: str = ""
    documented: tuple[str, ...] = ()  # to start Docker, now and at every boot
    enable_now: tuple[str, ...] = ()  # what pages have people type where the package starts nothing
    disable_now: tuple[str, ...] = ()
    boot_link: str = ""  # a path or glob that is there where {unit} starts at boot, if one says it
    returns_early: bool = False  # `start` is over before the service answers
    reboot: str = "reboot"
    booted: str = ""  # ends once the system has started all that it starts by itself


class Platform(Struct, frozen=True):
    """What a driver knows of one OS family; made by `platforms.resolve`."""

    id: str
    title: str
    package_manager: PackageManager
    service_manager: ServiceManager
    distribution_packages: tuple[str, ...]
    distribution_compose: tuple[str, ...]  # empty: no Compose plugin there
    repository_os: str = ""  # directory below docker.repository, such as "debian"; empty: none
    repository_codename: str | None = None
    conflicting: tuple[str, ...] = ()  # packages the vendor's page says to remove
    engine_packages: tuple[str, ...] = ()  # Docker's own
    starts_itself: bool = True  # installing the package starts the daemon, by the system's policy
    join_group: str = "usermod -aG {group} {user}"
    documented_group: tuple[str, ...] = ("sudo groupadd docker", "sudo usermod -aG docker $USER")
    note: str = ""  # said when resolved through ID_LIKE
    docs_url: str = ""
