"""What a user may set: names, units and defaults, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

DEEPEST: Final = 20  # parts of one --set name; docker.daemon takes any


DOCKER_REPOSITORY: Final = "https://download.docker.com/linux"


Seconds = Annotated[float, Meta(gt=0, le=86_400)]


Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+\S*\Z")]


Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+~:_-]*\Z")]


OneLine = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*\Z")]


User = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9._-]*\Z")]


class Docker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which engine to install, and from where."""

    method: Literal[
        "auto", "repository", "distribution", "script", "static", "rootless", "present", "all"
    ] = "auto"  # "all": one fresh host each, compared
    repository: Url = DOCKER_REPOSITORY
    script: Url = "https://get.docker.com"
    static: Url = f"{DOCKER_REPOSITORY}/static"  # archives: <channel>/<arch>/docker-<version>.tgz
    releases: Url = "https://github.com/docker"  # of the plugins: <plugin>/releases/latest
    channel: Word = "stable"
    codename: Word | None = None  # the repository's directory; None: what the system goes by
    version: Word | None = None  # such as "28.5.2"; None: the newest
    daemon: dict[str, Any] = {}  # merged into /etc/docker/daemon.json
    user: User | None = None  # who joins group docker; None: the login user


class StackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the deployed stack is built and run with."""

    env: dict[str, str] = {}


class Proxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proxies for apt, curl, the daemon and builds."""

    http: Url | None = None
    https: Url | None = None
    no_proxy: OneLine | None = None


class Timeouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits in seconds."""

    connect: Seconds = 10.0
    login: Seconds = 30.0
    command: Seconds = 120.0
    silence: Seconds = 300.0
    install: Seconds = 900.0
    build: Seconds = 900.0
    up: Seconds = 180.0
    wait: Seconds = 300.0  # waits and retries of one step together
    reboot: Seconds = 300.0  # until a host that was restarted lets one in again


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything; `defaults` are the ones documented in the README."""

    docker: Docker = Docker()
    stack: StackSettings = StackSettings()
    proxy: Proxy = Proxy()
    timeouts: Timeouts = Timeouts()
    mirror: OneLine | None = None  # a folder of mirror.build's, or the address of a mirror.serve


def nested(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """`{"docker.method": "auto"}` -> `{"docker": {"method": "auto"}}`."""
    result: dict[str, Any] = {}
    for name, value in pairs.items():
        for part in reversed(name.split(".")):
            value = {part: value}
        result = merge(result, value)
    return result


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, mappings merged deeply, everything else replaced."""
    result = dict(under)
    for key, value in over.items():
        mine = result.get(key)
        both = isinstance(mine, Mapping) and isinstance(value, Mapping)
        result[key] = merge(mine, value) if both else value  # type: ignore[arg-type]
    return result


def names(struct: type[msgspec.Struct] = Settings, prefix: str = "") -> list[str]:
    """Every dotted name a user may set."""
    found: list[str] = []
    for field in msgspec.structs.fields(struct):
        is_group = isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
        dotted = prefix + field.name
        found += names(field.type, dotted + ".") if is_group else [dotted]
    return found


def told(settings: Settings) -> dict[str, Any]:
    """How the engine was to be installed, as far as it is not the default: dotted name -> value.

    For evidence; what may hold a secret (daemon.json, environments, proxies) is left out.
    """
    default = Docker()
    mirror = {"mirror": settings.mirror} if settings.mirror else {}
    return mirror | {
        f"docker.{name}": value
        for name in Docker.__struct_fields__
        if name != "daemon" and (value := getattr(settings.docker, name)) != getattr(default, name)
    }
