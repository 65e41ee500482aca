"""One machine to evaluate, and how to log in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from onramp.model.settings import Settings

HostKeyPolicy = Literal["strict", "accept-new", "off"]


@dataclass(frozen=True, slots=True)
class Host:
    """One machine to evaluate and how to log in. Secrets are kept out of its repr."""

    name: str
    address: str
    port: int = 22
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    private_key: str | None = None
    become: bool = True
    become_password: str | None = field(default=None, repr=False)
    proxy_jump: str | None = None
    host_keys: HostKeyPolicy | None = None
    known_hosts: str | None = None
    groups: tuple[str, ...] = ()
    provider: str = "static"
    image: str | None = None
    settings: Settings = Settings()  # parsed from raw_settings (config/parse_settings.configured)
    raw_settings: Mapping[str, Any] = field(default_factory=dict)  # `onramp:` of all layers merged
    origin: str = ""  # "inventory/lab.yml" or "--hosts", for messages
    notes: tuple[str, ...] = ()  # what its provider wants the report to say
