"""What a user may set under `onramp:` in the inventory or with `--set key=value`.

One place for names, units and defaults. Validation is msgspec's; an unknown name is answered
with the nearest known one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from harness.errors import UsageError

DOCKER_REPOSITORY = "https://download.docker.com/linux"


class Docker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which engine to install, and from where."""

    method: Literal["auto", "repository", "distribution", "present"] = "auto"
    repository: str = DOCKER_REPOSITORY
    channel: str = "stable"
    version: str | None = None  # such as "28.5.2"; None: the newest
    daemon: dict[str, Any] = {}  # merged into /etc/docker/daemon.json
    user: str | None = None  # who joins group docker; None: the login user


class StackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the deployed stack is built and run with."""

    env: dict[str, str] = {}


class Proxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proxies for apt, curl, the daemon and builds."""

    http: str | None = None
    https: str | None = None
    no_proxy: str | None = None


class Timeouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits in seconds."""

    connect: float = 10.0
    login: float = 30.0
    command: float = 120.0
    silence: float = 300.0
    install: float = 900.0
    build: float = 900.0
    up: float = 180.0
    wait: float = 300.0  # waits and retries of one step together


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything; `defaults` are the ones documented in the README."""

    docker: Docker = Docker()
    stack: StackSettings = StackSettings()
    proxy: Proxy = Proxy()
    timeouts: Timeouts = Timeouts()


def parse(raw: Mapping[str, Any], *, where: str) -> Settings:
    """Validated settings. `raw` is nested (`{"docker": {"method": …}}`); `where` is for messages.

    Raises UsageError naming the setting, what was found and what was expected.
    """
    try:
        return msgspec.convert(dict(raw), Settings, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {_plain(str(error))}", resolution=_hint(str(error))) from None


def nested(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """`{"docker.method": "auto"}` -> `{"docker": {"method": "auto"}}`."""
    result: dict[str, Any] = {}
    for name, value in pairs.items():
        *parents, leaf = name.split(".")
        node = result
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = value
    return result


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, mappings merged deeply, everything else replaced."""
    result = dict(under)
    for key, value in over.items():
        mine = result.get(key)
        both = isinstance(mine, Mapping) and isinstance(value, Mapping)
        result[key] = merge(mine, value) if both else value  # type: ignore[arg-type]
    return result


def overlaid(settings: Settings, pairs: Mapping[str, Any]) -> Settings:
    """The same settings with dotted names set anew."""
    base: dict[str, Any] = msgspec.to_builtins(settings)
    return parse(merge(base, nested(pairs)), where="settings")


def names(struct: type[msgspec.Struct] = Settings, prefix: str = "") -> list[str]:
    """Every dotted name a user may set."""
    found: list[str] = []
    for field in msgspec.structs.fields(struct):
        is_group = isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
        dotted = prefix + field.name
        found += names(field.type, dotted + ".") if is_group else [dotted]
    return found


def _plain(message: str) -> str:
    return re.sub(r" - at `\$\.?(.*)`", r" at onramp.\1", message).replace("at onramp. ", "at onramp")


def _hint(message: str) -> str:
    unknown = re.search(r"unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?", message)
    if not unknown:
        return ""
    path = f"{unknown[2]}.{unknown[1]}" if unknown[2] else unknown[1]
    near = difflib.get_close_matches(path, names(), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "known settings: " + ", ".join(names())
