"""One machine to evaluate, and how to log in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from msgspec import field

from onramp.model.discreet import Discreet
from onramp.model.settings import Settings

HostKeyPolicy = Literal["strict", "accept-new", "off"]


class Host(Discreet, frozen=True):
    """One machine to evaluate and how to log in. Secrets are kept out of its repr."""

    UNSHOWN: ClassVar[tuple[str, ...]] = ("password", "become_password")

    name: str
    address: str
    port: int = 22
    user: str | None = None
    password: str | None = None
    private_key: str | None = None
    become: bool = True
    become_password: str | None = None
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
